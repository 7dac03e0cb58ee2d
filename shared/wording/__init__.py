"""What users are told: our texts in each language, and how variables are put in."""
