"""A small backend that tells the dashboard a fixed story."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from services.analytics.dashboard import pages
from shared.events import Reason

EVIL = "<img src=x onerror=\"document.title='pwned'\"><script>alert(1)</script>"


def ago(**by):
    return (datetime.now(UTC) - timedelta(**by)).isoformat().replace("+00:00", "Z")


class Backend:
    """Four services behind one origin, as the gateway shows them."""

    def __init__(self, *, prefix="/analytics"):
        self.key = "hr_good"
        self.down = set()
        self.waiting = 0
        self.asked = []
        self.signed_out = False
        self.app = FastAPI()
        self.app.middleware("http")(self._check)
        api = APIRouter()
        api.get(f"{prefix}/v1/summary")(self.summary)
        api.get(f"{prefix}/v1/trends")(self.trends)
        api.get(f"{prefix}/v1/next-steps")(self.next_steps)
        api.get(f"{prefix}/v1/patterns")(self.patterns)
        api.get(f"{prefix}/v1/patterns/{{name}}")(self.pattern)
        if prefix:
            api.get("/escalator/v1/escalations")(self.escalations)
            api.get("/escalator/v1/escalations/{name}")(self.escalation)
            api.get("/notifier/v1/deliveries")(self.deliveries)
            api.get("/notifier/v1/dead-letters")(self.dead_letters)
        self.app.include_router(api)
        self.app.include_router(pages.router())
        self.app.mount("/static", pages.static_files())

    async def _check(self, request: Request, call_next):
        if "/v1/" in request.url.path:
            self.asked.append(str(request.url.path))
            service = request.url.path.split("/")[1]
            if service in self.down:
                return JSONResponse({"detail": f"{service} is not running"}, 503)
            with_key = request.headers.get("authorization") == f"Bearer {self.key}"
            if not with_key and request.cookies.get("handrail_session") != "good":
                return JSONResponse({"detail": "no"}, 401)
            if request.method == "DELETE":
                self.signed_out = request.headers.get("x-handrail") == "1"
        return await call_next(request)

    async def summary(self):
        return {
            "from": ago(days=1),
            "to": ago(),
            "requests": 1284,
            "resolved": 1042,
            "escalations": {
                "opened": 242,
                "acknowledged": 210,
                "answered": 190,
                "resolved": 231,
                "open": 11,
            },
            "by_reason": {"no_match": 150, "low_confidence": 60},
            "deliveries": {
                "delivered": 239,
                "failed": 3,
                "waiting": self.waiting,
            },
            "ms": {"delivered_p50": 840},
        }

    async def trends(self, step: str):
        hours = 25 if step == "hour" else 30
        series = []
        for rank, reason in enumerate(list(Reason)[:6]):
            points = [
                {
                    "at": ago(**{("hours" if step == "hour" else "days"): hours - i}),
                    "count": (i * (rank + 3) * 7 + rank * 5) % (9 - rank),
                }
                for i in range(hours)
            ]
            series.append({"key": reason.value, "points": points})
        return {"step": step, "series": series}

    async def next_steps(self):
        sentence = (
            "Extend the document “Cards and PINs” so that it answers “{}”: 21 requests "
            "came to people in the last day, and ending that would save people about 4 "
            "hours a day."
        )
        steps = [
            {"sentence": sentence.format("Change my PIN"), "first_step": "Say where."},
            {"sentence": sentence.format(EVIL), "first_step": ""},
        ]
        return {"items": steps, "note": "Only two things stand out."}

    def pattern_row(self, i):
        return {
            "pattern_id": f"p-{i}",
            "label": ["How do I change my PIN?", EVIL, "Card was stolen"][i],
            "size": 21 - 6 * i,
            "users": [18, None, 1][i],
            "growth": [0.45, -0.3, 0.01][i],
            "cause": ["documentation", "bug", "action"][i],
            "because": f"19 of 21 asked something that documents are near to. {EVIL}",
            "status": ["open", "regressed", "in_progress"][i],
            "near_misses": [
                {"kind": "document", "name": "cards", "title": EVIL, "score": 0.4812}
            ][: i + 1],
        }

    async def patterns(self, limit: int):
        return {"items": [self.pattern_row(i) for i in range(3)], "next_cursor": None}

    async def pattern(self, name: str):
        i = int(name.removeprefix("p-"))
        remedy = [
            {
                "outline": [{"heading": "How do I change it?", "asked": 8}],
                "closest_passage": {
                    "title": EVIL,
                    "score": 0.43,
                    "threshold": 0.45,
                    "rejected": False,
                },
            },
            {
                "shared_state": [],
                "report": f"# x\n\n## In the users' words\n\n- “{EVIL}”\n",
            },
            {
                "available_action": {
                    "name": "block_card",
                    "description": "Block the user's card.",
                },
                "nearest": [{"name": "report_card", "title": "Report a card"}],
            },
        ][i]
        return self.pattern_row(i) | {"remedy": remedy, "members": []}

    def row(self, i):
        status = ["open", "acknowledged", "answered", "resolved", "reopened"][i % 5]
        summary = [
            "I'm getting error 500 when I try to upload files larger than 10MB",
            "Where is my refund? It has been three weeks and nobody answered.\n" * 3,
            EVIL,
            "Please cancel the second subscription",
        ][i % 4]
        return {
            "escalation_id": f"id-{i}",
            "number": f"ESC-{1042 - i}",
            "status": status,
            "reason": list(Reason)[i % 6].value,
            "detail": f"Promised: {EVIL}" if i == 2 else None,
            "summary": summary,
            "opened_at": ago(minutes=4 + 37 * i),
            "occurred_at": ago(minutes=5 + 37 * i),
            "priority": "normal",
            "assignee": None,
            "deliveries": {
                "team-mail": {
                    "status": "delivered",
                    "at": ago(minutes=4),
                    "proof": "250 2.0.0 Ok: queued as 4D1F2A",
                }
            },
        }

    async def escalations(self, status: str = ""):
        return {"items": [self.row(i) for i in range(12)], "next_cursor": None}

    async def escalation(self, name: str):
        return self.row(int(name.split("-")[1])) | {
            "user": {
                "id": "u-7",
                "name": "Ana",
                "email": "ana@example.com",
                "traits": {"plan": "pro"},
            },
            "session": {
                "id": "s-9",
                "url": "https://app.example.com/files",
                "locale": "en-GB",
                "timezone": "Europe/Lisbon",
            },
            "app_state": {
                "route": "/files",
                "last_request": {"status": 500},
                "note": EVIL,
            },
            "conversation": [
                {
                    "role": "user",
                    "text": "Hi, uploads fail for me",
                    "occurred_at": ago(minutes=7),
                },
                {
                    "role": "assistant",
                    "text": "Which file is it?",
                    "occurred_at": ago(minutes=6),
                },
                {"role": "user", "text": EVIL, "occurred_at": ago(minutes=5)},
            ],
            "attempts": [
                {
                    "kind": "action",
                    "name": "reset_upload",
                    "title": "Reset upload",
                    "score": 0.31,
                    "threshold": 0.7,
                    "outcome": "below_threshold",
                    "detail": None,
                    "duration_ms": 3.1,
                },
                {
                    "kind": "document",
                    "name": "upload-limits",
                    "title": "Upload limits",
                    "score": 0.54,
                    "threshold": 0.6,
                    "outcome": "below_threshold",
                    "detail": "Files may be up to 5 MB on the free plan.",
                    "duration_ms": 8,
                },
            ],
            "updates": [
                {
                    "change": "status",
                    "from": "open",
                    "to": "acknowledged",
                    "actor": "Sam",
                    "at": ago(minutes=2),
                    "text": None,
                },
                {
                    "change": "noted",
                    "from": "acknowledged",
                    "to": "acknowledged",
                    "actor": "Sam",
                    "at": ago(minutes=1),
                    "text": "Same as ESC-1017?",
                },
            ],
        }

    async def deliveries(self):
        rows = []
        for i in range(9):
            status = ["delivered", "delivered", "retry", "dead"][i % 4]
            rows.append(
                {
                    "delivery_id": f"d-{i}",
                    "number": f"ESC-{1042 - i}",
                    "kind": "opened",
                    "destination_id": ["team-mail", "hook"][i % 2],
                    "status": status,
                    "channel": ["email", "webhook"][i % 2],
                    "reason": "connect_timeout",
                    "last_error": ""
                    if status == "delivered"
                    else "451 4.3.0 Try later",
                    "created_at": ago(minutes=5 + 30 * i),
                    "accepted_at": ago(minutes=4 + 30 * i)
                    if status == "delivered"
                    else None,
                    "closed_at": None,
                    "recipients": [
                        {
                            "address": "team@acme.test",
                            "status": "accepted",
                            "detail": "250 2.0.0 Ok: queued as 4D1F2A",
                        }
                    ],
                }
            )
        return {"items": rows, "next_cursor": None}

    async def dead_letters(self):
        return {"items": [{}, {}], "next_cursor": None}
