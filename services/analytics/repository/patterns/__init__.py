"""Patterns and their members in MongoDB."""
