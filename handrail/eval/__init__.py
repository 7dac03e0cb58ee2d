"""Labelled sets in -> how well the resolver decides them, in `build/eval.json`."""
