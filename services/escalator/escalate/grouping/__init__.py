"""Notifications that wait for others: held, listed in digests, accounted for."""
