"""What people keep from being notified of."""
