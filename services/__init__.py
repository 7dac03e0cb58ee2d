"""The four processes. They meet only in topics, never in imports."""
