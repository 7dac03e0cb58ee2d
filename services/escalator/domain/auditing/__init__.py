"""What should have happened, what did, and what is missing."""
