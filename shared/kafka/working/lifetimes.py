"""Which records are of the app as it is now: a topic outlives the apps in it."""

from dataclasses import dataclass
from datetime import datetime

from shared import metrics
from shared.kafka.records import Record
from shared.kafka.table import AppsOfRecords
from shared.kafka.working.intake import Intake


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Leaves out what an app was told before it was deleted and made again."""

    apps: AppsOfRecords
    service: str

    def living(self, intake: Intake) -> list[Record]:
        """Return the records to work.

        What came before its app was made again is purged with what it was, whether it
        is read again or a service that gathers is a little behind. It is no dead
        letter: that would keep the words of a deleted app.
        """
        living = []
        for record in intake.records:
            outcome = self._outcome_of(record)
            if outcome:
                metrics.RECORDS.labels(self.service, record.topic, outcome).inc()
            else:
                living.append(record)
        return living

    def _outcome_of(self, record: Record) -> str:
        """Return why *record* is not worked; empty where it is."""
        if self._is_late(record):
            return "deleted_app"
        return "duplicate" if self._is_over(record) else ""

    def _is_over(self, record: Record) -> bool:
        """Return whether *record* is read again and from before its app was made.

        A first reading is always worked, whatever its timestamp says, unless the app
        is known to have been another one then.
        """
        app = self.apps.get(record.event.app_id)
        since = app.created_at if app is not None else None
        return since is not None and record.replayed and _is_before(record, since)

    def _is_late(self, record: Record) -> bool:
        made_again = self.apps.made_again_at(record.event.app_id)
        return made_again is not None and _is_before(record, made_again)


def _is_before(record: Record, moment: datetime) -> bool:
    if record.timestamp is None:
        return False
    return record.timestamp < moment.timestamp() * 1000
