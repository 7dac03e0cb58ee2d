"""Exports over HTTP, streamed."""
