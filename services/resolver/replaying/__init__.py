"""Replay a gap's questions without effects: what would come of them today."""
