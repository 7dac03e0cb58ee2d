"""What came of each request: resolved, a dead end, or with people."""
