"""Builds the dashboard's pages from `dashboard/`, with Node or with Node from a wheel."""
