"""What the user is told of the way to the team, each from a fact."""
