"""What would end a pattern, written out: an outline, a definition, or a report."""
