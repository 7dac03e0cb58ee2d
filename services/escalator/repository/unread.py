"""What a later version wrote into JSON that we read, change and write again.

Versions N and N+1 run side by side: N changes one key of an app whose settings N+1
wrote, and must not take out what only N+1 knows.
"""

import json
from typing import Any

from shared.events import AppSettings


def to_text(settings: AppSettings, *, over: str) -> str:
    """Return *settings* as the JSON that follows the JSON *over*.

    A deletion leaves nothing of the app, what this version cannot read included.
    """
    read = AppSettings.model_validate_json(over)
    after = settings.model_dump_json(by_alias=True)
    if "deleted" in {read.status, settings.status}:
        return after
    parts = (over, read.model_dump_json(by_alias=True), after)
    return json.dumps(carry_over(*map(json.loads, parts)), separators=(",", ":"))


def carry_over(before: Any, read: Any, after: Any) -> Any:  # noqa: ANN401 - JSON values
    """Return *after* with those parts of *before* that *read* leaves out.

    *read* is what this version understands of *before*, *after* what it made of that.
    An object keeps its unknown fields as long as it is there; an item of a list, as
    long as an item is in the list that is equal to it as it was read.
    """
    if isinstance(before, dict) and isinstance(read, dict) and isinstance(after, dict):
        unread = {name: before[name] for name in before if name not in read}
        kept = {
            name: carry_over(before[name], read[name], value)
            if name in before and name in read
            else value
            for name, value in after.items()
        }
        return unread | kept
    if isinstance(before, list) and isinstance(read, list) and isinstance(after, list):
        return _items(before, read, after)
    return after


def _items(before: list[Any], read: list[Any], after: list[Any]) -> list[Any]:
    left = list(zip(before, read, strict=False))
    items = []
    for value in after:
        at = next((at for at, (_, known) in enumerate(left) if known == value), None)
        items.append(value if at is None else left.pop(at)[0])
    return items
