"""The escalator's HTTP API, one file a noun."""
