"""What every service's HTTP API shares: problems, credentials, pages, health."""
