"""Gaps over HTTP."""
