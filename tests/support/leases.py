"""Time that passes in the database: leases there follow its clock, not a test's."""

from datetime import timedelta

from motor.motor_asyncio import AsyncIOMotorCollection


async def age(
    collection: AsyncIOMotorCollection[dict[str, object]], field: str, by: timedelta
) -> None:
    """Move *field* of every document that has it *by* so much into the past."""
    earlier = {"$subtract": [f"${field}", int(by.total_seconds() * 1000)]}
    await collection.update_many(
        {field: {"$exists": True}}, [{"$set": {field: earlier}}]
    )
