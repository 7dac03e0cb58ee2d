"""What analysts read of a pattern: its figures, its label and who it stands for."""
