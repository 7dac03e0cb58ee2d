"""The counters: how many, by app, step, bucket, dimension and value."""

from services.analytics.repository.documents.field import Document, Field, Kind
from services.analytics.repository.schema import COUNTERS as COLLECTION

COUNTERS = Document(
    COLLECTION,
    (
        Field("_id", Kind.TEXT, "all of the fields up to `value`", required=True),
        Field("app_id", Kind.TEXT, "the app", required=True),
        Field(
            "step",
            Kind.TEXT,
            "`hour` or `day`; patterns have `month` too, causes only that",
            required=True,
        ),
        Field("at", Kind.MOMENT, "the beginning of the bucket, UTC", required=True),
        Field("dimension", Kind.TEXT, "what it counts by", required=True),
        Field("value", Kind.TEXT, "which one", required=True),
        Field("n", Kind.NUMBER, "how many", required=True),
        Field(
            "ms",
            Kind.NUMBER,
            "only of dimension `ms`: the sum of the milliseconds; `ms / n` is the mean",
        ),
        Field(
            "bins",
            Kind.OBJECT,
            "only of dimension `ms`: the times as a DDSketch of 1 %: how many fell "
            "into each bin. Bin `k` is `(1.0202^(k-1), 1.0202^k]` ms, `zero` is 0",
        ),
        Field(
            "parts",
            Kind.OBJECT,
            "only of dimensions `pattern` and `cause`: a day by its hours (`0` to "
            "`23`), a month by its days (`1` to `31`); what is not named is 0",
        ),
        Field(
            "unsettled",
            Kind.FLAG,
            "only true, of a month of a pattern: the lines by cause have to follow",
        ),
        Field(
            "settled_cause",
            Kind.TEXT,
            "of a month of a pattern: the cause under which the lines have it",
        ),
        Field("settled", Kind.OBJECT, "and which part of `parts` they have"),
        Field("expire_at", Kind.MOMENT, "only of step `hour`: when it is deleted"),
    ),
    version=2,
)
