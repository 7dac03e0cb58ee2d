"""Until a person takes an escalation: who else hears of it, and when it ends."""
