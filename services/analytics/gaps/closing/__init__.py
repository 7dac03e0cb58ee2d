"""Prove that a gap is closed: replay its questions, now and after changes."""
