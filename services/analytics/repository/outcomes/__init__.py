"""What came of each request, in MongoDB."""
