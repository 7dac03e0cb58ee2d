"""Everything that happened in → exact counters, the summary, trends, the dashboard."""
