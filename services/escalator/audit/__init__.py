"""Facts that are stored -> what is missing -> repaired, and counted."""
