"""A program that knows the contract and nothing of our code: it drives `make run`.

`python tests/acceptance/outsider.py build/run.json [conversations]` makes an app, sets
it up over HTTP, talks over Kafka and over HTTP, reads the replies both ways, finds the
mail, then kills each service in turn while conversations run. It prints one JSON line
and exits 1 where a promise was broken.
"""

import asyncio
import email
import email.policy
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

HANDOFF = "I've created a support ticket for you, {number}."
STORY = "I'm getting error 500 when I try to upload files larger than 10MB"
SERVICES = ("resolver", "escalator", "notifier", "analytics")


class BrokenPromiseError(Exception):
    """What was promised did not happen."""


def expect(promise: str, kept: object) -> None:
    if not kept:
        raise BrokenPromiseError(promise)


class Outsider:
    """One app of its own in a running system."""

    def __init__(self, run_file: Path) -> None:
        self.run_file = run_file
        self.run = json.loads(run_file.read_text())
        self.app = f"out-{uuid.uuid4().hex[:8]}"
        self.key = ""
        self.replies: dict[str, list[dict[str, Any]]] = {}

    def call(
        self, method: str, path: str, body: object = None, key: str | None = None
    ) -> tuple[int, Any]:
        """Ask over HTTP; return the status and the parsed body."""
        request = urllib.request.Request(
            self.run["origin"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.key if key is None else key}",
                "Content-Type": "application/json",
            },
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=20) as answer:
                raw = answer.read()
                return answer.status, json.loads(raw) if raw else None
        except urllib.error.HTTPError as error:
            raw = error.read()
            return error.code, json.loads(raw) if raw else None

    def set_up(self) -> None:
        admin = self.run["admin_key"]
        status, _ = self.call(
            "POST", "/escalator/v1/apps", {"app_id": self.app, "name": "Out"}, admin
        )
        expect("an app is created", status == 201)
        status, made = self.call(
            "POST",
            f"/escalator/v1/apps/{self.app}/keys",
            {"scopes": ["ingest", "read", "manage"], "label": "outsider"},
            admin,
        )
        expect("a key is created", status == 201)
        self.key = made["key"]
        for path, body in (
            (
                "/notifier/v1/destinations/team-mail",
                {"kind": "email", "to": [self.mail]},
            ),
            (
                "/escalator/v1/settings",
                {
                    "messages": {"handoff": HANDOFF},
                    "routes": [{"match": {}, "destinations": ["team-mail"]}],
                },
            ),
            (
                "/resolver/v1/documents/upload-limits",
                {
                    "title": "Upload limits",
                    "text": "# Upload limits\n\nA file may be 5 gigabytes.\n",
                    "format": "markdown",
                    "url": "https://docs.example.com/upload",
                    "questions": ["How big may a file be?"],
                },
            ),
        ):
            status, answer = self.call("PUT", path, body)
            expect(f"PUT {path} is accepted: {status} {answer}", status in {200, 201})

    @property
    def mail(self) -> str:
        return f"{self.app}@acme.test"

    def event(self, conversation: str, text: str, **more: Any) -> dict[str, Any]:
        return {
            "event_id": f"e-{uuid.uuid4().hex}",
            "type": "message",
            "app_id": self.app,
            "conversation_id": conversation,
            "occurred_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "message": {"role": "user", "text": text},
            "user": {"id": "u-7", "name": "Ana", "email": "ana@example.com"},
            "app_state": {"route": "/files", "last_request": {"status": 500}},
            **more,
        }

    async def read_replies(self) -> None:
        consumer = AIOKafkaConsumer(
            "conversation.replies",
            bootstrap_servers=self.run["kafka"],
            auto_offset_reset="earliest",
            fetch_max_wait_ms=50,
        )
        await consumer.start()
        try:
            async for record in consumer:
                reply = json.loads(record.value)
                if reply["app_id"] == self.app:
                    self.replies.setdefault(reply["conversation_id"], []).append(reply)
        finally:
            await consumer.stop()

    async def reply(self, conversation: str, kind: str, seconds: float = 30) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for reply in self.replies.get(conversation, []):
                if reply["type"] == kind:
                    return reply
            await asyncio.sleep(0.05)
        came = [reply["type"] for reply in self.replies.get(conversation, [])]
        raise BrokenPromiseError(
            f"no {kind} in {conversation} within {seconds} s, but {came}"
        )

    def stream(self, conversation: str, seconds: float = 30) -> dict[str, Any]:
        """Return the first reply that the HTTP stream shows."""
        request = urllib.request.Request(
            f"{self.run['origin']}/resolver/v1/conversations/{conversation}/replies",
            headers={
                "Authorization": f"Bearer {self.key}",
                "Accept": "text/event-stream",
            },
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=seconds) as answer:
            for line in answer:
                if line.startswith(b"data:"):
                    found: dict[str, Any] = json.loads(line[5:])
                    return found
        raise BrokenPromiseError(f"the stream of {conversation} ended without a reply")

    def mails(self) -> dict[str, list[email.message.EmailMessage]]:
        """Return the mails to our team by conversation."""
        found: dict[str, list[email.message.EmailMessage]] = {}
        for facts in Path(self.run["mail_dir"]).glob("*.json"):
            if self.mail not in json.loads(facts.read_text())["rcpt_to"]:
                continue
            mail: Any = email.message_from_bytes(
                facts.with_suffix(".eml").read_bytes(), policy=email.policy.default
            )
            for part in mail.iter_attachments():
                if part.get_filename() == "transcript.json":
                    packet = json.loads(part.get_content())
                    conversation = packet["conversation_id"]
                    found.setdefault(conversation, []).append(mail)
        return found

    async def first_steps(self) -> None:
        """One conversation over Kafka, one over HTTP, each reply read both ways."""
        async with AIOKafkaProducer(bootstrap_servers=self.run["kafka"]) as producer:
            event = self.event("c-kafka", STORY)
            await producer.send_and_wait(
                "conversation.events",
                json.dumps(event).encode(),
                key=f"{self.app}:c-kafka".encode(),
            )
        handoff = await self.reply("c-kafka", "handoff")
        expect("the custom text is used", handoff["text"].startswith("I've created a"))
        expect("its number is in the text", handoff["number"] in handoff["text"])
        expect("sent means delivered", handoff["status"] == "delivered")
        streamed = await asyncio.to_thread(self.stream, "c-kafka")
        expect("the stream says the same", streamed["reply_id"] == handoff["reply_id"])
        asked = self.event("c-http", "How big may a file be?")
        status, _ = await asyncio.to_thread(
            self.call, "POST", "/resolver/v1/events", asked
        )
        expect("the door takes an event", status == 202)
        streamed = await asyncio.to_thread(self.stream, "c-http")
        expect("the document answers", streamed["type"] == "answer")
        cited = streamed["citations"][0]["document_id"]
        expect("and is cited", cited == "upload-limits")
        answer = await self.reply("c-http", "answer")
        expect("Kafka says the same", answer["reply_id"] == streamed["reply_id"])
        mails = self.mails().get("c-kafka", [])
        expect("the team has one mail", len(mails) == 1)
        body = mails[0].get_body(("plain",))
        text = body.get_content() if body else ""
        expect("the mail holds the user's words", "error 500" in text)
        expect("and the user", "ana@example.com" in text)
        expect("and the app state", "/files" in text)

    def kill(self, service: str) -> int:
        pid = int(json.loads(self.run_file.read_text())["services"][service]["pid"])
        os.kill(pid, signal.SIGKILL)
        return pid

    async def storm(self, conversations: int) -> dict[str, int]:
        """Kill each service in turn while *conversations* run; all must end well."""
        killed: list[tuple[str, int]] = []
        async with AIOKafkaProducer(bootstrap_servers=self.run["kafka"]) as producer:
            for number in range(conversations):
                conversation = f"s-{number}"
                answerable = number % 5 == 0
                text = "How big may a file be?" if answerable else STORY
                event = self.event(conversation, text)
                await producer.send_and_wait(
                    "conversation.events",
                    json.dumps(event).encode(),
                    key=f"{self.app}:{conversation}".encode(),
                )
                await asyncio.sleep(0.02)
                if number % (conversations // 5) == conversations // 5 - 1 and (
                    len(killed) < len(SERVICES)
                ):
                    service = SERVICES[len(killed)]
                    killed.append((service, self.kill(service)))
        for number in range(conversations):
            kind = "answer" if number % 5 == 0 else "handoff"
            await self.reply(f"s-{number}", kind, seconds=120)
        now = json.loads(self.run_file.read_text())["services"]
        for service, pid in killed:
            expect(f"{service} came back", now[service]["pid"] != pid)
        return await self.reckon(conversations)

    async def reckon(self, conversations: int) -> dict[str, int]:
        escalated = [f"s-{n}" for n in range(conversations) if n % 5]
        deadline = time.monotonic() + 120
        mails = self.mails()
        while time.monotonic() < deadline and not all(map(mails.get, escalated)):
            await asyncio.sleep(1)
            mails = self.mails()
        lost = [each for each in escalated if not mails.get(each)]
        expect(f"each escalation has its mail, not {lost[:5]}", not lost)
        opened = {
            (reply["conversation_id"], reply["escalation_id"])
            for each in escalated
            for reply in self.replies[each]
            if reply["type"] == "handoff"
        }
        expect("one escalation a conversation", len(opened) == len(escalated))
        handoffs = {
            reply["reply_id"]
            for each in escalated
            for reply in self.replies[each]
            if reply["type"] == "handoff"
        }
        expect("one hand-off a conversation", len(handoffs) == len(escalated))
        sent = [mail for each in escalated for mail in mails[each]]
        distinct = {mail["Message-ID"] for mail in sent}
        expect("no mail but with its own id", len(distinct) == len(escalated))
        return {
            "conversations": conversations,
            "escalated": len(escalated),
            "mails": len(sent),
            "repeated_mails": len(sent) - len(distinct),
        }


async def main() -> int:
    outsider = Outsider(Path(sys.argv[1]))
    conversations = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    reader = asyncio.create_task(outsider.read_replies())
    try:
        await asyncio.to_thread(outsider.set_up)
        await outsider.first_steps()
        found = await outsider.storm(conversations)
    except BrokenPromiseError as broken:
        print(json.dumps({"broken": str(broken)}))
        return 1
    finally:
        reader.cancel()
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
