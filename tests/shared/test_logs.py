"""Logs say where something broke, and nothing that was in hand there."""

import orjson
import pytest
import structlog

from shared import logs

HIDDEN = "whsec_c2VjcmV0"
"""No line of the traceback quotes it."""


def break_with(secret: str) -> None:
    """Fail with *secret* in a local variable."""
    raise RuntimeError(f"broken by {len(secret)} characters")


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_tells_no_local_variables(
    form: str, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure(service="notifier", form=form, level="INFO")
    try:
        break_with(HIDDEN)
    except RuntimeError:
        structlog.get_logger().exception("message could not be sent")
    finally:
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()

    told = "".join(capfd.readouterr())
    assert HIDDEN not in told
    assert "break_with" in told
    if form == "json":
        (traceback,) = orjson.loads(told)["exception"]
        assert traceback["exc_value"] == "broken by 14 characters"
