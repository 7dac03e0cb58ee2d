"""Batches of records in, what was decided out; what fails waits aside."""
