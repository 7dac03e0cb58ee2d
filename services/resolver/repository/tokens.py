"""What a browser's token stands for, and whose a conversation is."""

from dataclasses import replace
from datetime import datetime

import orjson
from pymongo.errors import DuplicateKeyError

from services.resolver.domain.grants import Grant
from services.resolver.resolve.states import ConversationStates
from shared.ids import conversation_key
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.ledger import MongoLedger
from shared.mongo.stored import Subject, by_prefix


class MongoTokens:
    """Collections `resolver_tokens` and `resolver_owners`, both forgotten in time."""

    def __init__(self, database: Database, *, ledger: MongoLedger) -> None:
        self._tokens = database["resolver_tokens"]
        self._owners = database["resolver_owners"]
        self._ledger = ledger
        self._states = ConversationStates()

    async def add(self, grant: Grant) -> None:
        """Keep *grant* until it expires."""
        with translated():
            await self._tokens.insert_one(
                {
                    "_id": grant.token_id,
                    "app_id": grant.app_id,
                    "user_id": grant.user_id,
                    "brings": _brings(grant),
                    "expires_at": grant.expires_at,
                    # A version that knows no `brings` reads these, and lets the
                    # user speak without what the token brings.
                    "available_actions": [],
                    "context": None,
                }
            )

    async def get(self, token_id: str) -> Grant | None:
        """Return the grant of *token_id*."""
        with translated():
            row = await self._tokens.find_one({"_id": token_id})
        if row is None:
            return None
        # An older version wrote both as they are, beside.
        brings = orjson.loads(row["brings"]) if "brings" in row else row
        return Grant(
            token_id=row["_id"],
            app_id=row["app_id"],
            user_id=row["user_id"],
            available_actions=brings["available_actions"],
            context=brings["context"],
            expires_at=row["expires_at"],
        )

    async def claim(
        self, app_id: str, conversation_id: str, user_id: str, *, now: datetime
    ) -> bool:
        """Make the conversation the user's, unless it is somebody's; say if it is."""
        lane = conversation_key(app_id, conversation_id)
        owner = await self._owner(lane)
        if owner is None and await self._spoken(lane) is None:
            try:
                with translated():
                    await self._owners.insert_one(
                        {"_id": lane, "user_id": user_id, "claimed_at": now}
                    )
            except Exception as error:
                if not isinstance(error.__cause__, DuplicateKeyError):
                    raise
        return await self.owns(app_id, conversation_id, user_id)

    async def owns(self, app_id: str, conversation_id: str, user_id: str) -> bool:
        """Return whether the conversation is the user's and nobody else's.

        It is whose token began it, or whom its events name; where both speak, both
        must agree.
        """
        lane = conversation_key(app_id, conversation_id)
        claimed, spoken = await self._owner(lane), await self._spoken(lane)
        if claimed is None:
            return spoken == user_id
        return claimed == user_id and spoken in {None, "", user_id}

    async def widen(self, subject: Subject) -> Subject:
        """Return *subject* with the conversations that the user's tokens began."""
        of_app = by_prefix("_id")(subject.app_id)
        with translated():
            found = await self._owners.distinct(
                "_id", {**of_app, "user_id": subject.user_id}
            )
        return replace(subject, lanes=tuple(sorted({*subject.lanes, *found})))

    async def _owner(self, lane: str) -> str | None:
        with translated():
            row = await self._owners.find_one({"_id": lane})
        return row["user_id"] if row else None

    async def _spoken(self, lane: str) -> str | None:
        """Return who the conversation's events name; empty where they name nobody."""
        loaded = await self._ledger.load([], [lane])
        if lane not in loaded.states:
            return None
        user = self._states.load(loaded.states[lane][1]).user or {}
        return str(user.get("id", ""))


def _brings(grant: Grant) -> bytes:
    """Return what the token brings as JSON: its keys are its app's, not MongoDB's."""
    facts = {"available_actions": grant.available_actions, "context": grant.context}
    return orjson.dumps(facts)
