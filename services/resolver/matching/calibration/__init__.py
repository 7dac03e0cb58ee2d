"""From nearness to a probability that means what it says."""
