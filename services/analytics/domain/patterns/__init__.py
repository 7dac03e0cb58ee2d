"""Grouping escalations that are about the same thing."""
