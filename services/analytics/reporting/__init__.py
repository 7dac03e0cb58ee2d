"""What leaves the trend store: exports for analysts, the weekly report for people."""
