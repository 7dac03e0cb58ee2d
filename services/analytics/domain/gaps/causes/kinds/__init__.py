"""A question, a wish that something be done, or a report of a problem: by its words."""
