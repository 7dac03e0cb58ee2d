"""What was said, in order, and what of it fits into a packet."""
