"""What the notifier decides, from facts alone: no I/O, no clock, no chance."""
