"""Which notifications wait for others, and which others they wait for."""
