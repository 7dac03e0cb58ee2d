"""OpenTelemetry spans of what the runtime does, made after it was done.

Imported only where traces are on: without them nothing here costs anything. Ids come
from what is worked, so spans of one request meet in one trace though every service
exports alone, and a repeat belongs to the spans of the first time:

- `process <topic>`: one a record, child of the span that the record's `traceparent`
  names
- `create <topic>`: one an output, the very span that its own `traceparent` names
- `process batch`: one a batch, linked to the records, with a child for each stage

Adapter to `opentelemetry-sdk` (Apache-2.0), the reference implementation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import time_ns

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace import TraceFlags as Flags

from shared import ids
from shared.kafka.records import (
    LaneResult,
    Outgoing,
    Record,
    Worker,
    traceparent_of,
)

MAX_LINKS = 128
"""Of one batch; more the SDK's own spans do not have either."""
_SCOPE = InstrumentationScope("handrail")
_HALF = 1 << 64


def exporting_to(endpoint: str) -> SpanProcessor:
    """Return what sends spans to *endpoint* by OTLP over HTTP, behind everything else.

    *endpoint* is the whole address, `http://collector:4318/v1/traces`. Headers and
    time-outs are OpenTelemetry's own variables, `OTEL_EXPORTER_OTLP_*`.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - only where it is used
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    return BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint))


class Tracer:
    """Makes the spans of one service."""

    def __init__(self, service: str, processor: SpanProcessor, *, ratio: float) -> None:
        self._service = service
        self._processor = processor
        self._most = int(ratio * _HALF)
        self._resource = Resource.create({"service.name": f"handrail-{service}"})
        self._stages: list[tuple[str, int, int]] = []
        self._links: list[SpanContext] = []
        self._began = 0

    def traced(self, worker: Worker) -> "TracedWorker":
        """Return *worker*, its records traced."""
        return TracedWorker(worker, self)

    def close(self) -> None:
        """Send what waits, bounded by the exporter's own time-out."""
        self._processor.shutdown()

    def begin_batch(self) -> None:
        """Forget the batch before."""
        self._stages, self._links, self._began = [], [], time_ns()

    def stage(self, name: str, seconds: float) -> None:
        """Note that stage *name* of the batch ends now."""
        end = time_ns()
        self._stages.append((name, end - int(seconds * 1e9), end))

    def end_batch(self, records: int, *, failed: str = "") -> None:
        """Export the batch, where one of its records is in a sampled trace."""
        if not self._links:
            return
        trace = _number(ids.derive("trace", self._service, str(self._began)))
        batch = _context(trace, _half(ids.derive("batch", str(trace))))
        says = _Says(
            SpanKind.CONSUMER,
            {"messaging.batch.message_count": records, **_operation("process")},
            self._links,
            failed,
        )
        self._export("process batch", batch, None, (self._began, time_ns()), says)
        for name, began, end in self._stages:
            own = _context(trace, _half(ids.derive("stage", str(trace), name)))
            self._export(name, own, batch, (began, end))

    def worked(
        self,
        record: Record,
        outcome: str,
        outputs: Sequence[Outgoing],
        *,
        name: str = "",
        began: int,
    ) -> None:
        """Export what was made of *record* since *began*, ns, and each of *outputs*."""
        parent = _read(record.traceparent)
        made = [_read(traceparent_of(output)) for output in outputs]
        trace = next((each.trace_id for each in (parent, *made) if each), 0)
        trace = trace or _number(record.source_id)
        if trace % _HALF >= self._most:
            return
        place = ids.derive("span", self._service, name, record.source_id)
        own, end = _context(trace, _half(place)), time_ns()
        self._links.append(own)
        facts: dict[str, str | int] = {
            "messaging.destination.name": record.topic,
            "messaging.destination.partition.id": str(record.partition),
            "messaging.kafka.offset": record.offset,
            "handrail.lane": record.lane,
            "handrail.outcome": outcome,
            **_operation("process"),
        }
        says = _Says(SpanKind.CONSUMER, facts)
        self._export(name or f"process {record.topic}", own, parent, (began, end), says)
        for output, context in zip(outputs, made, strict=True):
            if context is not None and context.trace_id == trace:
                facts = {
                    "messaging.destination.name": output.topic,
                    **_operation("create"),
                }
                says = _Says(SpanKind.PRODUCER, facts)
                self._export(f"create {output.topic}", context, own, (end, end), says)

    def _export(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        times: tuple[int, int],
        says: "_Says | None" = None,
    ) -> None:
        """Export a span from the first to the second of *times*, ns."""
        says = says or _Says()
        span = ReadableSpan(
            name,
            context,
            parent,
            self._resource,
            attributes=says.facts,
            links=[Link(each) for each in says.links[:MAX_LINKS]],
            kind=says.kind,
            status=Status(StatusCode.ERROR, says.failed) if says.failed else Status(),
            start_time=times[0],
            end_time=times[1],
            instrumentation_scope=_SCOPE,
        )
        self._processor.on_end(span)


@dataclass(frozen=True, slots=True)
class _Says:
    """What a span says beside its name and place."""

    kind: SpanKind = SpanKind.INTERNAL
    facts: Mapping[str, str | int] = field(default_factory=dict)
    links: Sequence[SpanContext] = ()
    failed: str = ""
    """Why; empty where it did not fail."""


class TracedWorker:
    """A worker whose records are traced."""

    def __init__(self, worker: Worker, tracer: Tracer) -> None:
        self._worker = worker
        self._tracer = tracer

    async def work(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]:
        """Return what the worker returns."""
        began = time_ns()
        results = await self._worker.work(lanes)
        for lane, result in zip(lanes, results, strict=True):
            for record, done in zip(lane, result.done, strict=False):
                self._tracer.worked(record, done.reason, done.outputs, began=began)
        return results


def _operation(kind: str) -> dict[str, str]:
    return {"messaging.system": "kafka", "messaging.operation.type": kind}


def _context(trace: int, span: int) -> SpanContext:
    return SpanContext(trace, span, is_remote=False, trace_flags=Flags(Flags.SAMPLED))


def _number(identity: str) -> int:
    """Return the number of a trace after *identity*, a UUID."""
    return int(identity.replace("-", ""), 16)


def _half(identity: str) -> int:
    return _number(identity) % _HALF


def _read(header: bytes | None) -> SpanContext | None:
    """Return the span that a `traceparent` names, or None where it names none."""
    parts = (header or b"").split(b"-")
    try:
        trace, span = int(parts[1], 16), int(parts[2], 16)
    except (IndexError, ValueError):
        return None
    found = SpanContext(trace, span, is_remote=True, trace_flags=Flags(Flags.SAMPLED))
    return found if found.is_valid else None
