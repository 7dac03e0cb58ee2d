"""MongoDB at the edge: the only shared place that imports the driver."""

from shared.mongo.connect import connect, database_of, ping

__all__ = ["connect", "database_of", "ping"]
