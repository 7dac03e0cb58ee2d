"""Builds the pages of `dashboard/`, with Node or with Node from a wheel."""
