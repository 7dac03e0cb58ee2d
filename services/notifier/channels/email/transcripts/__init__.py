"""The conversation as a mail shows it, and as the file that comes with it."""
