"""Decisions that a repeat does not change."""
