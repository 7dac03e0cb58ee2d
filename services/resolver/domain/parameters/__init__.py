"""Known facts and words in; an action's arguments out, and what is still missing."""
