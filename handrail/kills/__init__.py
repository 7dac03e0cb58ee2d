"""A process killed at each named point of an escalation's life, and the reckoning."""
