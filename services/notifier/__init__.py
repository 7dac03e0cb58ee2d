"""notification.requested in -> notification.delivered or notification.failed out."""
