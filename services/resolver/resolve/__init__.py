"""The use case: gather what is known, decide, say what happened."""
