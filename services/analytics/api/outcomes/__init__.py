"""Outcomes over HTTP: the audit, and who reached a person."""
