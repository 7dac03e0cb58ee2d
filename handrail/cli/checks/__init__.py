"""Whether all that a service needs is there."""
