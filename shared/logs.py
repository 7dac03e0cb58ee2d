"""One logging configuration: JSON for machines, console for people."""

import logging
import sys

import structlog
from structlog.processors import ExceptionPrettyPrinter, ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer

_TRACEBACKS = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
"""Without the values of local variables, which hold keys, secrets and users' words."""


def configure(*, service: str, form: str, level: str) -> None:
    """Send structured logs to standard error; *form* is `json` or `console`.

    Text from users is only ever a value, so a newline or an escape sequence in it
    cannot forge a line (ASVS 16.4.1).
    """
    logging.basicConfig(stream=sys.stderr, level=level, format="%(name)s %(message)s")
    for noisy in ("aiokafka", "faststream", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Cleared group metadata and rebalances are normal life, and counted elsewhere.
    logging.getLogger("aiokafka.consumer.group_coordinator").setLevel(logging.ERROR)
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if form == "console"
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _TRACEBACKS if form == "json" else ExceptionPrettyPrinter(),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
