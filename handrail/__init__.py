"""What an operator runs: the command, the local stack, the demo."""
