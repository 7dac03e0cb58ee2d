"""Patterns over HTTP."""
