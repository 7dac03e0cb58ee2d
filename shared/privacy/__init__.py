"""Delete and show what is known of a user or an app: each service its own."""
