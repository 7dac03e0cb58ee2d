"""Texts are shown as users would read them, and nothing is stored."""

import pytest

from shared.wording.languages import load_languages
from tests.escalator.desk import Office

LANGUAGES = load_languages()
BOTH = {"inside", "outside"}


async def preview(office: Office, key: str, **body):
    return await office.ask("POST", "/v1/settings/preview", key, json=body)


async def shown(**body) -> dict:
    office = Office()
    answer = await preview(office, await office.key("acme", "read"), **body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_every_text_is_shown_in_every_language_and_in_and_out_of_hours():
    texts = (await shown())["texts"]

    assert texts["handoff"].keys() == LANGUAGES.keys()
    for kind, languages in texts.items():
        for language, by_hours in languages.items():
            assert by_hours.keys() == BOTH
            for text in by_hours.values():
                assert text or kind == "answered", (kind, language)
                assert "{" not in (text or "")
    assert texts["delivered"]["de"]["inside"] == (
        LANGUAGES["de"].texts["delivered"].replace("{number}", "ESC-1")
    )
    assert texts["answered"]["en"] == {"inside": None, "outside": None}


async def test_rules_by_language_and_hours_are_seen_where_they_hold():
    rules = [
        {
            "match": {"hours": "outside", "language": ["de", "ja"]},
            "texts": {"handoff": "Wir melden uns bis {expected_by}."},
        }
    ]

    found = await shown(
        texts={"handoff": "Own {number}", "rules": rules},
        context={"expected_by": "2026-11-24T10:00:00Z", "number": "ESC-7"},
    )

    handoff = found["texts"]["handoff"]
    assert found["languages"] == sorted({*LANGUAGES, "ja"})
    assert handoff["de"]["outside"].startswith("Wir melden uns bis Dienstag 10:00")
    assert handoff["de"]["inside"] == "Own ESC-7"
    assert handoff["en"] == {"inside": "Own ESC-7", "outside": "Own ESC-7"}
    assert handoff["ja"]["outside"].startswith("Wir melden uns bis")


async def test_the_context_decides_what_stands_for_a_variable_and_which_words_hold():
    found = await shown(
        texts={"saved": "{reason}!"},
        context={
            "reason": "asked_for_person",
            "language": "fr-CA",
            "hours": "inside",
            "cause": "gone",
            "user": {"id": "u-7"},
        },
    )

    french = LANGUAGES["fr"]
    texts = {kind: each["fr-CA"] for kind, each in found["texts"].items()}
    assert texts["saved"] == {"inside": f"{french.reasons['asked_for_person']}!"}
    assert texts["handoff"]["inside"] == french.texts["handoff"]
    assert texts["contact"]["inside"] == french.texts["contact"]
    refused = french.texts["delayed_refused"].replace("{number}", "ESC-1")
    assert texts["delayed"]["inside"] == refused


async def test_what_is_not_named_is_shown_as_it_is_stored():
    office = Office()
    key = await office.key()
    own = {"messages": {"handoff": "Stored.", "saved": "Kept."}}
    await office.ask("PUT", "/v1/settings", key, json=own)
    version = office.stored.rows["acme"].settings.version

    texts = (await preview(office, key, texts={"handoff": "New."})).json()["texts"]

    assert texts["handoff"]["de"]["inside"] == "New."
    assert texts["saved"]["de"]["inside"] == "Kept."
    assert office.stored.rows["acme"].settings.version == version


@pytest.mark.parametrize(
    ("body", "field", "nearest"),
    [
        ({"txts": {}}, "body.txts", "texts"),
        ({"texts": {"handof": "x"}}, "body.texts.handof", "handoff"),
        ({"texts": {"handoff": "{nmber}"}}, "body.texts.handoff", "{number}"),
        ({"context": {"raeson": "policy"}}, "body.context.raeson", "reason"),
        ({"context": {"reason": "polcy"}}, "body.context.reason", "policy"),
        ({"context": {"cause": "gonne"}}, "body.context.cause", "gone"),
    ],
)
async def test_a_mistake_is_named(body, field, nearest):
    office = Office()

    answer = await preview(office, await office.key(), **body)

    assert answer.status_code == 422
    (wrong,) = answer.json()["errors"]
    assert (wrong["field"], wrong.get("nearest")) == (field, nearest)


async def test_another_apps_texts_are_not_shown():
    office = Office()
    key = await office.key("acme")
    await office.key("other")

    assert (await preview(office, key, app_id="other")).status_code == 403
