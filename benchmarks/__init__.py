"""Performance: one file a question, ratios taken within one run."""
