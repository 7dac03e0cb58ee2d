"""Escalations into patterns: group, review, steer and browse them."""
