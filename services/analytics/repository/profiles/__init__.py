"""Patterns read: listed, opened, counted, and profiled."""
