"""How long a user waits for a person: since when, until when, and what they hear."""
