"""Analytics killed and replayed, and its store recounted from the log by other code."""
