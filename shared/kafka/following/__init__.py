"""Following topics without a group: every instance sees every record."""
