"""What leaves the store: exports and the weekly report."""
