"""A matched action in; a call of it, a question, or the way on without it out."""
