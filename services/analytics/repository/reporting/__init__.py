"""What reports and exports are made of, and which reports were sent."""
