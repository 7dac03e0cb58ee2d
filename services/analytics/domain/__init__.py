"""What is counted, and over which time: pure."""
