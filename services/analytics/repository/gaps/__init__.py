"""Gaps and their verifications in MongoDB."""
