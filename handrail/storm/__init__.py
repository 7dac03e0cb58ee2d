"""Brokers lost under load: whether anything is lost with them, counted from outside."""
