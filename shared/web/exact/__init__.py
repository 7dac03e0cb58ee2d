"""What is accepted is read: names that nothing reads are refused, with the nearest."""

from shared.web.exact.nearest import Wrong, check_known, mistaken, refuse, unknown

__all__ = ["Wrong", "check_known", "mistaken", "refuse", "unknown"]
