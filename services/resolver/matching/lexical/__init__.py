"""How near texts are by their words."""
