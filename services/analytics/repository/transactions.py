"""Transactions that are tried again while they meet others."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pymongo.errors import BulkWriteError, ConnectionFailure, PyMongoError

from services.analytics import metrics
from services.analytics.repository.sessions import MongoSessions, Session
from shared.mongo.errors import DUPLICATE_KEY, translated

T = TypeVar("T")

WAITS = (0.0, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)
"""Seconds before a transaction that met another one is tried again. One that is still
there after all of them is nobody's any more: a living owner's takes milliseconds."""
_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult")


class Transactions:
    """One transaction at a time, in a session that a successor can end.

    What runs in one may run twice, the first time to its end: an answer to a commit
    can be lost. So it must see by itself what is done already.
    """

    def __init__(self, sessions: MongoSessions) -> None:
        self._sessions = sessions
        self._one = asyncio.Lock()

    async def run(self, act: Callable[[Session], Awaitable[T]]) -> T:
        """Return what *act* returns once all it wrote is committed. Raises Transient.

        What *act* raises itself ends the transaction, with nothing written.
        """
        async with self._one:
            for wait in WAITS:
                with translated():
                    try:
                        return await self._once(act)
                    except PyMongoError as error:
                        reason = why_again(error)
                        if not reason:
                            raise
                metrics.TRANSACTIONS_REPEATED.labels(reason).inc()
                await asyncio.sleep(wait * (0.5 + random.random()))  # noqa: S311 - jitter
            with translated():
                await self._sessions.end_others()
                return await self._once(act)

    async def end_others(self) -> None:
        """End what killed instances left open. Raises Transient."""
        with translated():
            await self._sessions.end_others()

    async def _once(self, act: Callable[[Session], Awaitable[T]]) -> T:
        session = await self._sessions.get()
        async with session.start_transaction():
            return await act(session)


def why_again(error: PyMongoError) -> str:
    """Return why the transaction is worth another try, or an empty string."""
    if isinstance(error, ConnectionFailure):
        # The caller waits for the database; here only other transactions pass.
        return ""
    if any(error.has_error_label(label) for label in _LABELS):
        return "conflict"
    details = error.details or {} if isinstance(error, BulkWriteError) else {}
    codes = {each.get("code") for each in details.get("writeErrors", [])}
    return "duplicate" if DUPLICATE_KEY in codes else ""
