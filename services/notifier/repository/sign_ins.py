"""Links that are to be mailed to members, sealed."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel, ReturnDocument

from services.notifier.deliver.sign_ins import SignInMail
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.leases import from_now, is_over

COLLECTION = "notifier_sign_ins"
KEPT = timedelta(days=1)
"""After a link is over: longer than its topic keeps the request, so that what is read
again is known."""
LEASE = timedelta(seconds=60)
AGAIN = {"$add": ["$tries", 1]}


class MongoSignInMails:
    """Collection `notifier_sign_ins`: `_id` link, `due_at` by MongoDB's clock.

    `outcome` is there once it is over, and the sealed link no longer.
    """

    def __init__(self, database: Database) -> None:
        self._mails = database[COLLECTION]

    async def prepare(self) -> None:
        """Create the index."""
        with translated():
            await self._mails.create_indexes(
                [IndexModel([("outcome", ASCENDING), ("due_at", ASCENDING)])]
            )

    async def add(self, mail: SignInMail) -> None:
        """Keep *mail*; one that is there stays as it is."""
        row = {
            "app_id": mail.app_id,
            "email": mail.email,
            "name": mail.name,
            "sealed_link": mail.sealed_link,
            "requested_at": mail.requested_at,
            "expires_at": mail.expires_at,
            "due_at": None,
            "outcome": None,
            "tries": 0,
        }
        with translated():
            await self._mails.update_one(
                {"_id": mail.link_id}, {"$setOnInsert": row}, upsert=True
            )

    async def claim(self, *, now: datetime) -> SignInMail | None:
        """Return a mail that is due, for this process alone for a minute."""
        with translated():
            row: dict[str, Any] | None = await self._mails.find_one_and_update(
                {"outcome": None, "expires_at": {"$gt": now}, **is_over("due_at")},
                [{"$set": {"due_at": from_now(LEASE), "tries": AGAIN}}],
                return_document=ReturnDocument.BEFORE,
            )
        if row is None:
            return None
        facts = {each.name: row[each.name] for each in fields(SignInMail)[1:]}
        return SignInMail(row["_id"], **facts)

    async def postpone(self, link_id: str, *, wait: timedelta) -> None:
        """Have it tried again."""
        with translated():
            await self._mails.update_one(
                {"_id": link_id}, [{"$set": {"due_at": from_now(wait)}}]
            )

    async def close(self, link_id: str, *, outcome: str) -> None:
        """Keep only that it is over, and how."""
        gone = {"sealed_link": "", "name": ""}
        with translated():
            await self._mails.update_one(
                {"_id": link_id}, {"$set": {"outcome": outcome}, "$unset": gone}
            )
