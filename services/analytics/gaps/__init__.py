"""Patterns into gaps: name the cause, offer the remedy, verify the fix, tell users."""
