"""The tables of docs/trend-store.md, written between their marks."""

import re

from services.analytics.repository.documents.catalogue import DOCUMENTS
from services.analytics.repository.documents.field import table_of


def with_tables(text: str) -> str:
    """Return *text* with the table of each declared document between its marks.

    Raises ValueError where a document has no place in it.
    """
    for document in DOCUMENTS:
        name = re.escape(document.collection)
        place = re.compile(
            rf"(<!-- fields of {name} -->\n).*?(<!-- end -->)", re.DOTALL
        )
        if not place.search(text):
            raise ValueError(f"no place for the fields of {document.collection}")
        table = table_of(document)
        text = place.sub(lambda m, t=table: f"{m[1]}{t}\n{m[2]}", text)
    return text
