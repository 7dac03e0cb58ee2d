"""The notifier's HTTP API: destinations, deliveries, dead letters."""
