"""Print a run for people: the chat, the mail, the trends, the times."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
from rich.console import Console, Group
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from handrail.demo.cast import Json
from handrail.demo.mailbox import Letter
from handrail.demo.play import Played
from handrail.demo.story import Told
from handrail.demo.traffic import Gathered

HEADERS = ("From", "To", "Subject", "Date", "Message-ID")
FIRST_SCREEN = 90
"""Lines of the mail that are printed; the rest is in the file."""
BAR = 40


def show(console: Console, played: Played, html: Path) -> None:
    """Print all of it."""
    tally = played.tally
    console.print(Rule("What the user saw"))
    console.print(chat(played.story))
    console.print(Rule("The mail the team got"))
    console.print(mail(played.story.letter))
    console.print(f"As HTML: {html}", markup=False, highlight=False, soft_wrap=True)
    console.print(Rule("Trends: why requests needed people (app bank)"))
    console.print(trends(played.trends, played.summary))
    console.print(Rule("All conversations"))
    counts = (
        f"{tally.sent} sent, {tally.resolved} resolved, {tally.escalated} escalated, "
        f"{tally.delivered} delivered, {tally.lost} lost, {tally.duplicates} duplicates"
    )
    console.print(counts, highlight=False)
    console.print(times(tally.ms))
    console.print(promises(played.promises), highlight=False)
    console.print(routing(*played.backtests), highlight=False)
    console.print(members(played.people), highlight=False)
    console.print(texts(played.texts), markup=False, highlight=False)
    if played.gathered is not None:
        console.print(gathered(played.gathered), highlight=False, markup=False)
    console.print(Rule("Three things to do next (app bank)"))
    console.print(next_steps(played.next_steps))


def next_steps(plan: Json) -> Group:
    """Return what to do next, each with what to begin with."""
    lines = []
    for place, step in enumerate(plan.get("items", ()), 1):
        lines.append(Text.assemble((f"{place}. ", "bold"), step["sentence"]))
        if step["first_step"]:
            lines.append(Text(f"   Begin with: {step['first_step']}", style="dim"))
    if plan.get("note"):
        lines.append(Text(plan["note"], style="dim"))
    return Group(*lines)


def promises(told: Sequence[Json]) -> str:
    """Return in one line what users were promised, and what came of it."""
    missed = sum(each["state"] in {"broken", "rescheduled"} for each in told)
    named = f" ({told[0]['number']}: by {told[0]['due_at']})" if told else ""
    return f"Promises: {len(told)} users were told a time{named}, {missed} missed"


def routing(now: Json, proposed: Json) -> str:
    """Return in one line what settings would have made of the past."""
    there = now.get("escalations", {}).get("before", 0)
    same = there - now.get("differences", 0)
    taken = proposed.get("routes", {}).get("gaps", {}).get("after", 0)
    return (
        f"Routing: by the settings of now {same} of {there} escalations go where they "
        f"went; a route for `no_match` would take {taken}"
    )


def members(people: Json) -> str:
    """Return in one line who of the team signed in, and where."""
    session = people.get("session", {})
    who = session.get("member") or {"email": "nobody"}
    services = people.get("services", {})
    opened = [name for name, status in services.items() if status == httpx.codes.OK]
    return (
        f"Members: {who['email']} signed in by a mailed link as {session.get('role')}; "
        f"one cookie opens {len(opened)} of {len(services)} services"
    )


def texts(told: Json) -> str:
    """Return in one line what users of other languages read."""
    handoff = told["handoff"]
    german = handoff["de"]["inside"]
    return f"Texts: {len(told)} in {len(handoff)} languages; in German: {german}"


def gathered(found: Gathered) -> str:
    """Return in one line what a team was sent of several requests at once."""
    return (
        f"Digest: {found.requests} requests at once were {found.mails} mail(s) with "
        f"{found.listed} of their numbers, {found.told} users told: {found.subject}"
    )


def chat(story: Told) -> Table:
    """Return the story as a chat."""
    style = {"user": "cyan", "assistant": "green"}
    name = {"user": "Ana", "assistant": "Assistant"}
    table = Table(box=None, show_header=False, pad_edge=False)
    for role, text in story.lines:
        table.add_row(Text(name[role], style=f"bold {style[role]}"), Text(text))
    status = f"{story.handoff['number']}, {story.handoff['status']}"
    table.add_row("", Text(status, style="dim"))
    return table


def mail(letter: Letter) -> Panel:
    """Return a mail's headers and the first screenful of its text."""
    head = [
        Text.assemble((f"{name}: ", "bold"), str(letter.message[name]))
        for name in HEADERS
    ]
    lines = letter.text.splitlines()
    shown = lines[:FIRST_SCREEN]
    if len(lines) > FIRST_SCREEN:
        shown.append(f"… {len(lines) - FIRST_SCREEN} more lines")
    parts = [each.get_content_type() for each in letter.message.walk()]
    return Panel(
        Group(*head, Text(), Text("\n".join(shown))),
        subtitle=Text(", ".join(p for p in parts if not p.startswith("multipart"))),
    )


def trends(found: Json, summary: Json) -> Table:
    """Return the reasons as bars."""
    counts = {
        each["key"]: sum(point["count"] for point in each["points"])
        for each in found["series"]
    }
    counts["(resolved)"] = summary["resolved"]
    most = max(counts.values(), default=0) or 1
    table = Table(box=None, show_header=False, pad_edge=False)
    for key, count in sorted(counts.items(), key=lambda item: -item[1]):
        bar = "█" * max(1 if count else 0, round(BAR * count / most))
        table.add_row(Text(key), Text(str(count)), Text(bar, style="magenta"))
    return table


def times(ms: Mapping[str, float | None]) -> Table:
    """Return the times as a table."""
    table = Table("", "p50 ms", "p99 ms", box=None, pad_edge=False)
    named = {"told": "message to answer", "delivered": "message to accepted mail"}
    for key, words in named.items():
        values = (ms[f"{key}_p50"], ms[f"{key}_p99"])
        table.add_row(words, *("-" if v is None else f"{v:.0f}" for v in values))
    return table
