"""What is stored of the people who work with an app."""
