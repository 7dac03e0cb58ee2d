"""Settings → Escalation: read, changed, tried out."""
