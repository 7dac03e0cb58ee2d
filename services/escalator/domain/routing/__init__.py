"""Where an escalation goes, and why there."""
