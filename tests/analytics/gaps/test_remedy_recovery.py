"""Actions whose definition is known, rebuilt from their requests alone."""

import json
from pathlib import Path

from services.analytics.domain.gaps.remedies.lexicon import lexicon, split_identifier
from services.analytics.domain.gaps.remedies.naming import (
    name_action,
    plain_verb,
    singular,
)

CATALOGUE = json.loads(
    (Path(__file__).parent / "catalogue_requests.json").read_text("utf8")
)
"""Written before the naming was tried on them: five requests for each action."""


def words_of(name):
    known = lexicon()
    words = [singular(each) for each in split_identifier(name)]
    return [each for each in words if each not in known.empty | known.ends]


def test_most_names_are_rebuilt_from_requests():
    verbs = exact = overlap = 0
    for name, requests in CATALOGUE.items():
        wanted, made = words_of(name), name_action(requests)
        found = made.identifier.split("_")
        verbs += made.verb == (plain_verb(wanted[0]) or wanted[0])
        exact += found == wanted
        both = len(set(found) & set(wanted))
        overlap += 2 * both / (len(set(found)) + len(set(wanted)))

    assert verbs / len(CATALOGUE) >= 0.8
    assert overlap / len(CATALOGUE) >= 0.8
    assert exact / len(CATALOGUE) >= 0.6
