"""A message and the action that matches it in; request or mention out, by its words."""
