"""What the operator and an app's own people decide: apps, keys, settings, members."""

from services.escalator.administer.apps import Administration

__all__ = ["Administration"]
