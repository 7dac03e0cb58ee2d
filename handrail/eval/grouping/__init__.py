"""Streams of escalations -> how well they are grouped as they come in."""
