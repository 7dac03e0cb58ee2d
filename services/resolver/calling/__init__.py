"""Actions with an endpoint: stored calls in, signed HTTP requests and results out."""
