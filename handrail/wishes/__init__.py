"""Composed and written messages in -> the learned opinion on wishes for a person."""
