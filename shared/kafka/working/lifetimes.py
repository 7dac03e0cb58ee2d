"""Which records are of the app as it is now: a topic outlives the apps in it."""

from dataclasses import dataclass
from datetime import datetime

from shared import metrics
from shared.kafka.records import Record
from shared.kafka.table import AppsOfRecords
from shared.kafka.working.intake import Intake, deleted_app


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Leaves out what an app was told before it was deleted and made again."""

    apps: AppsOfRecords
    service: str

    def living(self, intake: Intake) -> list[Record]:
        """Return the records to work.

        Read for the first time, what came before its app was made again is refused: a
        service that gathers is a little behind the others, which refused it. Read
        again it is over: its purged events would be decided again.
        """
        living = []
        for record in intake.records:
            if self._is_over(record):
                metrics.RECORDS.labels(self.service, record.topic, "duplicate").inc()
            elif self._is_late(record):
                refused = deleted_app(record.event.app_id)
                intake.refused.append((record, refused))
            else:
                living.append(record)
        return living

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
