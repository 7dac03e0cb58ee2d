"""The times of an escalation: what people owe by when, and what its user was told."""
