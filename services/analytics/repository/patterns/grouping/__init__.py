"""Storing what was grouped, once, and telling of it."""
