"""What is kept of conversations: states, facts, large contexts, numbers."""
