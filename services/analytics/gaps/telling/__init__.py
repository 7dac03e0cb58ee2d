"""Tell the users of a closed gap, each once, what works now."""
