"""What people order: take, answer, close, merge, split."""
