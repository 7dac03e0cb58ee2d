"""Planted gaps: a replay tells a fix from a change that is none, and users are told."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pymongo import MongoClient

from handrail.stack.local import LocalStack
from tests.support.system import Tenant, publish, replies_of

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

PLANTED = json.loads((Path(__file__).parents[1] / "data/planted-gaps.json").read_text())


def eventually(
    look: Callable[[], Any],
    *,
    seconds: float = 120,
    says: Callable[[], str] = lambda: "it never came",
) -> Any:
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.5)
    assert found, says()
    return found


@dataclass
class Bank:
    """A bank's app whose catalogue lacks what its users ask for."""

    stack: LocalStack
    tenant: Tenant
    database: Any
    web: httpx.Client
    said: int = 0
    of: dict[str, str] = field(default_factory=dict)
    """Conversation -> what its question is about."""

    def ask(self, method: str, path: str, **body: Any) -> Any:
        answer = self.web.request(method, path, **({"json": body} if body else {}))
        assert answer.is_success, f"{path}: {answer.text}"
        return answer.json() if answer.content else None

    def register(self, entry: dict[str, Any]) -> None:
        body = {name: value for name, value in entry.items() if name != "kind"}
        if entry["kind"] == "action":
            name = body.pop("name")
            self.ask("PUT", f"/resolver/v1/actions/{name}", **body)
        else:
            name = body.pop("id")
            self.ask("PUT", f"/resolver/v1/documents/{name}", **body)

    def settle(self) -> None:
        """Wait until the catalogue is matched by meaning, not by words alone."""

        def ready() -> bool:
            tried = self.ask("POST", "/resolver/v1/try", text="What do you cost?")
            return not tried["waiting_for"]

        eventually(ready)

    async def escalate(self, about: str, questions: list[str]) -> None:
        records = []
        for text in questions:
            self.said += 1
            name = f"c-{self.said}"
            self.of[name] = about
            event = self.tenant.said(
                f"e-{self.said}",
                name,
                message={"role": "user", "text": text},
                user={"id": f"u-{self.said}", "email": f"u{self.said}@users.test"},
                app_state=None,
            )
            records.append((self.tenant.lane(name), orjson.dumps(event), []))
        await publish(self.stack.kafka, records)

    def members(self) -> list[dict[str, Any]]:
        query = {"app_id": self.tenant.app_id}
        return list(self.database.analytics_pattern_members.find(query))

    def lacks(self) -> str:
        grouped = {each["conversation_id"] for each in self.members()}
        query = {"app_id": self.tenant.app_id}
        requests = self.database.analytics_requests.find(query)
        said = {
            each["conversation_id"]: (each["outcome"], each.get("name"), each["text"])
            for each in requests
        }
        return str({name: said.get(name) for name in self.of if name not in grouped})

    def group(self) -> dict[str, str]:
        """Make one pattern of each topic, as people do; return them by topic."""
        eventually(lambda: len(self.members()) == self.said, says=self.lacks)
        patterns: dict[str, set[str]] = {}
        mixed: dict[str, dict[str, list[str]]] = {}
        for each in self.members():
            topics = mixed.setdefault(each["pattern_id"], {})
            topics.setdefault(self.of[each["conversation_id"]], []).append(each["_id"])
        for pattern_id, topics in mixed.items():
            (first, _), *others = sorted(topics.items(), key=lambda one: -len(one[1]))
            patterns.setdefault(first, set()).add(pattern_id)
            for about, names in others:
                made = self.steer(pattern_id, "split", escalation_ids=names)
                patterns.setdefault(about, set()).add(made["pattern_id"])
        found = {about: sorted(names) for about, names in patterns.items()}
        for first, *others in found.values():
            for other in others:
                self.steer(other, "merge", into=first)
        return {about: names[0] for about, names in found.items()}

    def steer(self, pattern_id: str, verb: str, **body: Any) -> Any:
        path = f"/analytics/v1/patterns/{pattern_id}/{verb}"
        return self.ask("POST", path, actor="Ana", **body)

    def verify(self, gap_id: str) -> Any:
        found = self.ask("POST", f"/analytics/v1/gaps/{gap_id}/verify", actor="Ana")
        path = f"/analytics/v1/gaps/{gap_id}/verifications/{found['verification_id']}"

        def done() -> Any:
            shown = self.ask("GET", path)
            return shown if shown["state"] == "done" else None

        return found if found["state"] == "done" else eventually(done)

    def status(self, gap_id: str) -> Any:
        return self.database.analytics_patterns.find_one(
            {"app_id": self.tenant.app_id, "pattern_id": gap_id}
        )


@pytest.fixture
def bank(stack: LocalStack, tenant: Tenant) -> Iterator[Bank]:
    with MongoClient(stack.mongo_url, tz_aware=True) as client, tenant.http() as web:
        yield Bank(stack, tenant, client.get_default_database("handrail"), web)


async def test_twenty_planted_gaps_are_told_apart_and_their_users_are_told_once(
    stack: LocalStack, bank: Bank
) -> None:
    gaps = PLANTED["gaps"]
    for entry in PLANTED["catalogue"]:
        bank.register(entry)
    bank.settle()
    for gap in gaps:
        await bank.escalate(gap["about"], gap["questions"])
    ids = bank.group()
    told = len(await replies_of(stack, bank.tenant))

    for gap in gaps:
        bank.register(gap["change"])
    bank.settle()
    verified = {each["about"]: bank.verify(ids[each["about"]]) for each in gaps}

    fixed = {each["about"] for each in gaps if each["fixed"]}
    for about in fixed ^ {a for a, v in verified.items() if v["status"] == "verified"}:
        print(about, json.dumps(verified[about]["cases"], indent=1))
    assert {
        about for about, v in verified.items() if v["status"] == "verified"
    } == fixed
    for about, found in verified.items():
        cases = found["cases"]
        assert {each["before"] for each in cases} == {"unresolved"}
        answered = sum(each["now"] == "resolved" for each in cases)
        assert found["resolved"] == answered, about
    # A replay has no effects: no user read anything meanwhile.
    assert len(await replies_of(stack, bank.tenant)) == told

    await _tell(stack, bank, ids["visa_or_mastercard"])
    _break(bank, ids["visa_or_mastercard"])


async def _tell(stack: LocalStack, bank: Bank, gap_id: str) -> None:
    """Tell the users of a verified gap, twice over: each hears of it once."""
    path = f"/analytics/v1/gaps/{gap_id}/notify"
    shown = bank.ask("POST", path, text="{question}: solved.", dry_run=True)
    assert shown["users"] >= 2
    answers = [bank.ask("POST", path, text="{question}: solved.") for _ in range(3)]
    assert [each["queued"] for each in answers] == [shown["users"], 0, 0]

    texts = Counter(each["text"] for each in shown["notes"])
    end = time.monotonic() + 60
    heard: Counter[str] = Counter()
    while heard != texts and time.monotonic() < end:
        replies = await replies_of(stack, bank.tenant)
        heard = Counter(e["text"] for e in replies if e.get("status") == "fixed")
    assert heard == texts

    listed = bank.ask("GET", f"/analytics/v1/gaps/{gap_id}/notes")["items"]
    assert {each["state"] for each in listed} == {"sent"}


def _break(bank: Bank, gap_id: str) -> None:
    """Delete what answers: the gap is reopened, and the case is named."""
    bank.ask("DELETE", "/resolver/v1/documents/visa_or_mastercard")

    def reopened() -> Any:
        row = bank.status(gap_id)
        return row if row["status"] == "regressed" else None

    row = eventually(reopened)
    assert row["history"][-1]["by"] == "handrail"
    assert row["history"][-1]["case_id"]
