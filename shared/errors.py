"""The two kinds of failure. Adapters translate to one of them at once."""


class Permanent(Exception):  # noqa: N818 - reads as the kind it names, `raise Permanent`
    """It will never work: the record goes to the dead-letter topic.

    *reason* is a short stable word, the same in the header, the log and the metric.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason


class Transient(Exception):  # noqa: N818 - reads as the kind it names, `raise Transient`
    """It may work later: retried briefly, then parked durably."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
