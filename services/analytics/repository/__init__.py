"""Facts and counters in MongoDB: written in one transaction, read in reports."""
