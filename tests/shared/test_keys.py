"""Two different tuples of ids never make one key, whatever is in the ids."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.deliver.deliverer import circuit_key
from services.notifier.domain.destination import Destination
from services.notifier.repository.destinations import destination_key
from services.resolver.repository.catalogue import entry_id
from services.resolver.repository.secrets import secret_id
from services.resolver.repository.vectors import vector_id
from shared import ids
from shared.mongo.lanes import user_key

ALPHABET = "ab|:%/.\x1f\x10-"
APP = st.text(st.sampled_from("ab|%.-"), min_size=1, max_size=5)
"""What `AppId` allows: no colon, slash or control character."""
ANY = st.text(st.sampled_from(ALPHABET), max_size=6)
Make = Callable[..., str]


def of_vector(app_id: str, encoder: str, digits: str) -> str:
    return vector_id(app_id, encoder, digits.encode())


def of_circuit(app_id: str, destination_id: str) -> str:
    return circuit_key(Destination(app_id, destination_id, "webhook"))


def of_reply(app_id: str, conversation_id: str, reply_id: str) -> str:
    return ids.composite(ids.conversation_key(app_id, conversation_id), reply_id)


def derived(*parts: str) -> str:
    return ids.derive(parts[0], *parts[1:])


KEYS: list[tuple[Make, tuple[st.SearchStrategy[str], ...]]] = [
    (ids.conversation_key, (APP, ANY)),
    (user_key, (APP, ANY)),
    (secret_id, (APP, ANY)),
    (entry_id, (APP, ANY)),
    (of_vector, (APP, ANY, ANY)),
    (destination_key, (APP, ANY)),
    (of_circuit, (APP, ANY)),
    (of_reply, (APP, ANY, ANY)),
    (derived, (ANY, ANY, ANY)),
]


@pytest.mark.parametrize(
    ("make", "parts"), KEYS, ids=[make.__name__ for make, _ in KEYS]
)
def test_two_tuples_of_ids_never_make_one_key(
    make: Make, parts: tuple[st.SearchStrategy[str], ...]
) -> None:
    @given(st.lists(st.tuples(*parts), min_size=2, max_size=40, unique=True))
    def holds(tuples: list[tuple[str, ...]]) -> None:
        assert len({make(*each) for each in tuples}) == len(tuples)

    holds()


@pytest.mark.parametrize("make", [destination_key, of_circuit])
def test_a_route_of_one_app_never_reaches_anothers_destination(make: Make) -> None:
    assert make("a", "b|x") != make("a|b", "x")
    assert make("a", "b%7Cx") != make("a", "b|x")


def test_ids_of_before_are_as_they_were() -> None:
    assert destination_key("acme", "default") == "acme|default"
    assert ids.composite("acme:c-1", "r-1") == "acme:c-1:r-1"
    assert ids.derive("event", "acme", "e-1") == str(
        ids.uuid.uuid5(ids.NAMESPACE, "event\x1facme\x1fe-1")
    )


def test_ids_of_another_number_of_parts_are_others() -> None:
    assert ids.derive("x", "a\x1fb") != ids.derive("x", "a", "b")
    assert ids.derive("x", "a", "") != ids.derive("x", "a")
