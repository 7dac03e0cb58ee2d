"""GET /v1/exports/{table}.{form}: escalations, patterns and trends as files."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import StreamingResponse

from services.analytics.api.exports.streamed import StreamedFile
from services.analytics.api.periods import From, To, period
from services.analytics.domain.periods import Step
from services.analytics.reporting.exports.columns import Table
from services.analytics.reporting.exports.export import Exporter, Form, Wanted
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, require
from shared.web.openapi.answers import problems
from shared.web.problems import Problem

USUAL = timedelta(days=30)
LONGEST = timedelta(days=4_000)
MEDIA_TYPES = {
    Form.CSV: "text/csv; charset=utf-8; header=present",
    Form.JSONL: "application/jsonl",
    Form.PARQUET: "application/vnd.apache.parquet",
}
MAX_DIMENSIONS = 20
SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
"""What a file may be called everywhere."""


def router(exporter: Exporter, *, clock: Clock) -> APIRouter:
    """Return the route; the files are of the credential's own app."""
    routes = APIRouter(prefix="/v1/exports", tags=["exports"])

    @routes.get(
        "/{table}.{form}",
        summary="A table as a file",
        response_class=StreamingResponse,
        responses=problems(400)
        | {
            200: {
                "description": "The file, sent while it is made",
                "content": {
                    kind.partition(";")[0]: {"schema": {"type": "string"}}
                    for kind in MEDIA_TYPES.values()
                },
            }
        },
    )
    async def export(
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
        table: Annotated[Table, Path(description="What: docs/reports.md has columns")],
        form: Annotated[Form, Path(description="In which form")],
        start: From = None,
        end: To = None,
        step: Annotated[
            Step | None, Query(description="Of trends: length of a bucket, else a day")
        ] = None,
        by: Annotated[
            list[str] | None,
            Query(
                max_length=MAX_DIMENSIONS,
                description="Of trends: what is counted by, else everything",
            ),
        ] = None,
    ) -> StreamedFile:
        """Escalations by when they opened, patterns that were seen, trends by bucket.

        A file that ends early (the connection breaks off) is not whole.
        """
        if table is not Table.TRENDS and (step or by):
            raise Problem(400, detail="`step` and `by` are of trends.")
        start, end = period(start, end, now=clock.now(), usual=USUAL, longest=LONGEST)
        wanted = Wanted(
            principal.app_id, table, start, end, step or Step.DAY, tuple(by or ())
        )
        chunks = exporter.chunks(wanted, form)
        return StreamedFile(
            # Made before anything is answered: an error is a problem document still.
            await anext(chunks),
            chunks,
            media_type=MEDIA_TYPES[form],
            headers={
                "Content-Disposition": f'attachment; filename="{_name(wanted, form)}"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    return routes


def _name(wanted: Wanted, form: Form) -> str:
    app = "".join(each if each in SAFE else "-" for each in wanted.app_id)
    days = f"{_day(wanted.start)}-to-{_day(wanted.end)}"
    return f"handrail-{app}-{wanted.table}-{days}.{form}"


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")
