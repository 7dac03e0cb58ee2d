"""Apps, their keys and their users."""
