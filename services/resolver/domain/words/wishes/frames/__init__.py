"""Sentences that ask for a person, by their frames."""
