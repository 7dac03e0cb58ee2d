"""Dead letters: list them, show them, send them again."""
