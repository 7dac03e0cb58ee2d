"""What leaves: files that agree with one another, and a report by mail, once."""

import csv
import email
import email.policy
import io
import json
from datetime import UTC, datetime
from email.message import EmailMessage

import orjson
import pyarrow.parquet as pq
import pytest

from handrail.stack.local import LocalStack
from tests.support.system import Tenant, publish, until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

TEXTS = (
    "=HYPERLINK(1) is what my upload of a large file says",
    "The upload of a big file ends with error 500",
    "I get error 500 when I upload a large file",
)


async def escalate(stack: LocalStack, tenant: Tenant) -> None:
    """Have each text reach people, and be counted."""
    records = []
    for number, text in enumerate(TEXTS):
        event = tenant.said(
            f"e-{number}", f"c-{number}", message={"role": "user", "text": text}
        )
        records.append((tenant.lane(f"c-{number}"), orjson.dumps(event), []))
    await publish(stack.kafka, records)

    async def counted() -> int:
        with tenant.http() as client:
            found = client.get("/analytics/v1/summary").raise_for_status().json()
        return int(found["escalations"]["opened"])

    await until(counted, enough=lambda n: n == len(TEXTS), seconds=60)


def reports_of(tenant: Tenant) -> list[EmailMessage]:
    mails = [
        email.message_from_bytes(each, policy=email.policy.default)
        for each in tenant.mails()
    ]
    return [
        each
        for each in mails
        if isinstance(each, EmailMessage) and each["X-Handrail-Kind"] == "report"
    ]


async def test_the_same_escalations_leave_in_three_forms(
    stack: LocalStack, tenant: Tenant
) -> None:
    await escalate(stack, tenant)
    path = "/analytics/v1/exports/escalations"

    with tenant.http() as client:
        answers = {
            form: client.get(f"{path}.{form}").raise_for_status()
            for form in ("csv", "jsonl", "parquet")
        }

    from_csv = list(csv.DictReader(io.StringIO(answers["csv"].text, newline="")))
    from_jsonl = [json.loads(line) for line in answers["jsonl"].text.splitlines()]
    from_parquet = pq.read_table(io.BytesIO(answers["parquet"].content)).to_pylist()
    ids = [each["escalation_id"] for each in from_jsonl]
    assert len(ids) == len(TEXTS)
    assert [each["escalation_id"] for each in from_csv] == ids
    assert [each["escalation_id"] for each in from_parquet] == ids
    assert [each["text"] for each in from_parquet] == [
        each["text"] for each in from_jsonl
    ]
    assert {each["text"][:2] for each in from_csv if "HYPER" in each["text"]} == {"'="}
    assert (
        f"handrail-{tenant.app_id}-escalations-"
        in answers["csv"].headers["content-disposition"]
    )


async def test_a_report_that_settings_ask_for_comes_by_mail_once(
    stack: LocalStack, tenant: Tenant
) -> None:
    await escalate(stack, tenant)
    # Whatever the day: the report of today was due at midnight.
    today = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[
        datetime.now(UTC).weekday()
    ]
    weekly = {"destinations": ["default"], "weekday": today, "at": "00:00"}

    with tenant.http() as client:
        client.put(
            "/escalator/v1/settings", json={"reports": {"weekly": weekly}}
        ).raise_for_status()
        asked = client.post(
            "/analytics/v1/reports/weekly/test", json={"destination": "default"}
        ).raise_for_status()

    async def came() -> list[EmailMessage]:
        return reports_of(tenant)

    mails = await until(came, enough=lambda found: len(found) == 2, seconds=120)
    tests = [each for each in mails if "Test: " in each["Subject"]]
    (test,) = tests
    assert f"{len(TEXTS)} requests reached people" in test["Subject"]
    assert test.get_body(("html",)) is not None
    with tenant.http() as client:
        sent = client.get("/notifier/v1/deliveries").raise_for_status().json()
        summary = client.get("/analytics/v1/summary").raise_for_status().json()
    reports = [each for each in sent["items"] if each["kind"] == "report"]
    assert asked.json()["delivery_id"] in {each["delivery_id"] for each in reports}
    assert {each["status"] for each in reports} == {"delivered"}
    # A report is no news of an escalation: none of them is counted as one.
    assert summary["deliveries"]["delivered"] <= len(TEXTS)
    assert summary["deliveries"]["waiting"] == 0
