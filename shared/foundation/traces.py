"""Whether this process makes spans, and where they go."""

from typing import TYPE_CHECKING

from shared.settings import ServiceSettings

if TYPE_CHECKING:
    from shared.tracing import Tracer


def tracer_of(settings: ServiceSettings, *, service: str) -> "Tracer | None":
    """Return what makes *service*'s spans; None, and nothing imported, where it is off.

    Raises ImportError where traces are asked for and the SDK is not installed.
    """
    if not settings.traces_endpoint:
        return None
    from shared import tracing  # noqa: PLC0415 - the SDK costs 15 MB where it is off

    return tracing.Tracer(
        service,
        tracing.exporting_to(settings.traces_endpoint),
        ratio=settings.traces_ratio,
    )
