"""Reading patterns: the list, one pattern, gaps by cause, and lines over time."""
