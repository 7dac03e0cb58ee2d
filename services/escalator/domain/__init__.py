"""What an escalation is and how it goes on: values and pure decisions."""
