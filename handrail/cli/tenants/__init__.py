"""Whom an operator serves: apps, their keys, their users."""
