"""The indexes that patterns are listed and profiled by."""

from pymongo import ASCENDING, DESCENDING, IndexModel

PATTERN_INDEXES = (
    *(
        IndexModel(
            [("app_id", ASCENDING), (field, DESCENDING), ("pattern_id", ASCENDING)],
            name=f"by_{field.removeprefix('profile.')}",
        )
        for field in ("size", "profile.growth", "profile.cost_minutes")
    ),
    # The queue of the profiles: empty in quiet times, so it costs nothing.
    IndexModel(
        [("last_seen", DESCENDING)],
        name="unprofiled",
        partialFilterExpression={"dirty": True},
    ),
    IndexModel(
        [("profile.stale_at", ASCENDING)],
        name="stale_profiles",
        partialFilterExpression={"profile.stale_at": {"$exists": True}},
    ),
)
