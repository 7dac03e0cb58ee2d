"""How many escalations patterns and causes had: which counters say it, and sums."""
