"""How many messages go to one destination at the same time."""

import asyncio

from services.notifier.deliver.gates import Gates
from services.notifier.domain.destination import Destination


async def through(
    gates: Gates, name: str, inside: list[str], go: asyncio.Event
) -> None:
    async with gates.of(Destination("acme", name, "email")):
        inside.append(name)
        await go.wait()


async def test_each_destination_lets_its_own_number_through_at_once() -> None:
    gates, go = Gates(2), asyncio.Event()
    inside: list[str] = []
    names = ["slow"] * 5 + ["other"] * 2
    senders = [asyncio.create_task(through(gates, name, inside, go)) for name in names]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first = sorted(inside)

    go.set()
    await asyncio.gather(*senders)

    assert first == ["other", "other", "slow", "slow"]
    assert sorted(inside) == sorted(names)


async def test_nothing_is_kept_of_a_destination_that_nobody_sends_to() -> None:
    gates, go = Gates(1), asyncio.Event()
    go.set()

    await asyncio.gather(*(through(gates, f"d-{n}", [], go) for n in range(3)))

    assert not gates._gates
    assert not gates._users
