"""What every service stands on: connections, runtime, timers, HTTP, in one lifespan."""

from shared.foundation.wiring import Foundation

__all__ = ["Foundation"]
