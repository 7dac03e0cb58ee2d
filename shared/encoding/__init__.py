"""Texts -> vectors of length one, by a model on this machine or by none."""
