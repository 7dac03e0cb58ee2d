"""What became of the deliveries, and what the user hears of it."""
