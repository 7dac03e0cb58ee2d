"""The weekly report: when it is due, what it holds, that it is asked for once."""
