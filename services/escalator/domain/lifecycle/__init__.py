"""What may be done with an escalation, and what becomes of it."""
