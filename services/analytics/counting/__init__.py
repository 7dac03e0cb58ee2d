"""Facts into figures: count what happened, report it, say how long people take."""
