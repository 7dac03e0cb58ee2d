"""Apps with the state that real ones send: many paths, some going together."""

import random

from tests.analytics.gaps.trace_cases import case

VERSIONS = ("4.1.0", "4.1.2", "4.2.0", "4.2.1", "5.0.0-beta")
ROUTES = ("/home", "/files", "/billing", "/team", "/settings", "/search", "/help")
PLANS = ("free", "free", "free", "pro", "pro", "business")
COUNTRIES = {"PT": "pt", "DE": "de", "FR": "fr", "US": "en", "GB": "en", "BR": "pt"}
BROWSERS = ("Chrome", "Chrome", "Chrome", "Safari", "Firefox", "Edge")
STATUSES = ("200", "200", "200", "200", "304", "401", "404", "500")


def state(chance: random.Random) -> dict[str, str]:
    """Return what one user's app says: some of it follows from other parts."""
    country = chance.choice(list(COUNTRIES))
    plan, version = chance.choice(PLANS), chance.choice(VERSIONS)
    browser, status = chance.choice(BROWSERS), chance.choice(STATUSES)
    found = {
        "route": chance.choice(ROUTES),
        "user.plan": plan,
        "user.seats": "1" if plan == "free" else str(chance.choice((5, 10, 50))),
        "user.country": country,
        "user.language": COUNTRIES[country],
        "user.id": f"u-{chance.random()}",
        "app.version": version,
        "app.channel": "beta" if "beta" in version else "stable",
        "client.browser": browser,
        "client.os": "macOS"
        if browser == "Safari"
        else chance.choice(("Win", "Linux")),
        "last_request.status": status,
        "last_request.ok": "true" if status < "400" else "false",
        "session.count": str(int(chance.expovariate(0.2))),
    }
    for number in range(12):
        found[f"flags.f{number}"] = chance.choice(("true", "false"))
    return {path: value for path, value in found.items() if chance.random() > 0.1}


def crowd(chance: random.Random, n: int, *, prefix: str, planted=None, share=1.0):
    """Return *n* cases of as many users; a *share* of them has what is *planted*."""
    made = []
    for at in range(n):
        found = state(chance)
        if planted and chance.random() < share:
            found.update(planted)
        made.append(
            case(
                "Upload fails",
                at=at,
                escalation_id=f"{prefix}-{at}",
                user_id=f"{prefix}-u{at}",
                app_state=found,
            )
        )
    return made
