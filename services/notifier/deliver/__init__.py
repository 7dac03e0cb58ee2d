"""The use case: a claimed delivery is sent, recorded and announced."""
