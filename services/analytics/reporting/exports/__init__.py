"""Exports: the same rows as CSV, JSON Lines and Parquet, a batch at a time."""
