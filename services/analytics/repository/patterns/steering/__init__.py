"""What people do to patterns, and what follows from it."""
