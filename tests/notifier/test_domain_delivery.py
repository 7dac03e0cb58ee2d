"""The state machine, from facts alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifier.domain.delivery import (
    ATTEMPTS_KEPT,
    Delivery,
    RecipientStatus,
    Status,
    decide_next,
    note_outcome,
    plan_recipients,
)
from services.notifier.domain.holds import Earlier, decide_hold, redrive
from services.notifier.domain.outcomes import (
    Accepted,
    Deferred,
    Outcome,
    Reason,
    Refused,
)
from services.notifier.domain.schedule import schedule_of
from tests.notifier.letters import AT, make_delivery

EMAIL = schedule_of("email", scale=1)
LATER = Deferred(Reason.TEMPORARY_FAILURE, "451 try later")
NEVER = Refused(Reason.RECIPIENT_REFUSED, "550 5.1.1 no such user")
TAKEN = Accepted("250 ok", "<id@x>")


def after(*outcomes: tuple[str, Outcome], step: int = 0) -> Delivery:
    """Return a delivery after one pass with these *outcomes*."""
    addresses = list(dict.fromkeys(address for address, _ in outcomes))
    delivery = replace(plan_recipients(make_delivery(), addresses), tries=1, step=step)
    for address, outcome in outcomes:
        delivery = note_outcome(delivery, address, outcome, now=AT, seconds=0.1)
    deferred = [outcome for _, outcome in outcomes if isinstance(outcome, Deferred)]
    return decide_next(delivery, deferred, now=AT, schedule=EMAIL, chance=0.5)


def test_an_accepted_recipient_delivers_it() -> None:
    delivery = after(("a@x.test", TAKEN))

    assert (delivery.status, delivery.reason) == (Status.DELIVERED, Reason.ACCEPTED)
    assert delivery.accepted_at == delivery.closed_at == AT
    assert delivery.accepted[0].message_id == "<id@x>"


def test_a_refused_recipient_alone_kills_it_with_the_reason() -> None:
    delivery = after(("a@x.test", NEVER))

    assert (delivery.status, delivery.reason) == (Status.DEAD, Reason.RECIPIENT_REFUSED)
    assert delivery.last_error == "550 5.1.1 no such user"


def test_one_acceptance_is_enough_beside_refusals() -> None:
    delivery = after(("bad@x.test", NEVER), ("good@x.test", TAKEN))

    assert delivery.status is Status.DELIVERED
    assert [each.address for each in delivery.refused] == ["bad@x.test"]


def test_a_deferral_waits_as_the_schedule_says() -> None:
    delivery = after(("a@x.test", LATER))

    assert (delivery.status, delivery.reason) == (
        Status.RETRY,
        Reason.TEMPORARY_FAILURE,
    )
    assert delivery.due_at == AT + timedelta(seconds=5)
    assert delivery.step == 1


def test_accepted_by_one_and_deferred_by_another_goes_on_for_the_other() -> None:
    delivery = after(("a@x.test", TAKEN), ("b@x.test", LATER))

    assert delivery.status is Status.RETRY
    assert delivery.accepted_at == AT
    assert [each.address for each in delivery.pending] == ["b@x.test"]


def test_the_last_step_gives_up_and_says_the_retries_are_exhausted() -> None:
    delivery = after(("a@x.test", LATER), step=len(EMAIL.waits))

    assert (delivery.status, delivery.reason) == (Status.DEAD, Reason.RETRIES_EXHAUSTED)
    assert delivery.last_error == "451 try later"


def test_giving_up_on_the_rest_leaves_delivered_what_somebody_has() -> None:
    delivery = after(("a@x.test", TAKEN), ("b@x.test", LATER), step=len(EMAIL.waits))

    assert delivery.status is Status.DELIVERED
    assert delivery.refused[0].reason == Reason.RETRIES_EXHAUSTED


def test_what_the_far_side_asked_for_is_never_cut_short() -> None:
    asked = Deferred(Reason.THROTTLED, "429", timedelta(hours=3))

    assert after(("a@x.test", asked)).due_at == AT + timedelta(hours=3)


def test_no_recipient_pending_without_a_deferral_means_held_behind_an_earlier_one() -> (
    None
):
    delivery = plan_recipients(make_delivery(), ["a@x.test"])

    held = decide_next(delivery, [], now=AT, schedule=EMAIL, chance=0.5)

    assert (held.status, held.reason) == (Status.PENDING, Reason.BEHIND_EARLIER)
    assert held.step == 0


def test_the_destinations_present_addresses_are_used_and_the_settled_kept() -> None:
    first = after(("a@x.test", TAKEN), ("b@x.test", NEVER), ("c@x.test", LATER))

    changed = plan_recipients(first, ["a@x.test", "d@x.test"])

    found = {each.address: each.status for each in changed.recipients}
    assert found == {
        "a@x.test": RecipientStatus.ACCEPTED,
        "b@x.test": RecipientStatus.DEAD,
        "d@x.test": RecipientStatus.PENDING,
    }


def test_the_list_of_attempts_is_bounded_and_so_is_what_far_sides_say() -> None:
    delivery = plan_recipients(make_delivery(), ["a@x.test"])
    for _ in range(ATTEMPTS_KEPT + 9):
        delivery = note_outcome(
            delivery,
            "a@x.test",
            Deferred(Reason.TEMPORARY_FAILURE, "x" * 9_000),
            now=AT,
            seconds=1,
        )

    assert len(delivery.attempts) == ATTEMPTS_KEPT
    assert all(len(each.detail) == 500 for each in delivery.attempts)


def test_a_sign_that_a_far_side_says_is_kept_whole_or_not_at_all() -> None:
    delivery = plan_recipients(make_delivery(), ["a@x.test"])
    flags = (
        2
        * "\N{REGIONAL INDICATOR SYMBOL LETTER D}\N{REGIONAL INDICATOR SYMBOL LETTER E}"
    )
    said = Deferred(Reason.TEMPORARY_FAILURE, "x" * 498 + flags)

    delivery = note_outcome(delivery, "a@x.test", said, now=AT, seconds=1)

    assert delivery.attempts[0].detail == "x" * 498 + "…"


def test_a_redrive_has_fresh_tries_and_keeps_the_count() -> None:
    dead = after(("a@x.test", NEVER))

    fresh = redrive(dead, now=AT)

    assert (fresh.status, fresh.step, fresh.redriven) == (Status.PENDING, 0, 1)
    assert [each.address for each in fresh.pending] == ["a@x.test"]


def earlier(status: Status, *, pending: str = "", reached: str = "") -> Earlier:
    return Earlier(
        "d-0", status, AT, frozenset(pending.split()), frozenset(reached.split())
    )


@pytest.mark.parametrize(
    ("found", "waits", "addresses"),
    [
        pytest.param([], False, "", id="nothing before"),
        pytest.param([earlier(Status.SENDING)], True, "", id="being sent"),
        pytest.param([earlier(Status.RETRY, pending="a@x")], True, "", id="in retry"),
        pytest.param([earlier(Status.WAITING)], True, "", id="no destination yet"),
        pytest.param([earlier(Status.DEAD)], False, "", id="dead holds nobody"),
        pytest.param([earlier(Status.DELIVERED, reached="a@x")], False, "", id="over"),
        pytest.param(
            [earlier(Status.RETRY, pending="b@x", reached="a@x")],
            False,
            "b@x",
            id="holds only whom it has not reached",
        ),
    ],
)
def test_later_news_waits_behind_earlier(
    found: list[Earlier], waits: bool, addresses: str
) -> None:
    held = decide_hold(found, now=AT)

    assert (held.until is not None) is waits
    assert held.addresses == frozenset(addresses.split())
