"""The tables of docs/trend-store.md, written between their marks."""

from services.analytics.repository.documents.catalogue import DOCUMENTS
from services.analytics.repository.documents.field import table_of


def with_tables(text: str) -> str:
    """Return *text* with the table of each declared document between its marks.

    Raises ValueError where a document has no place in it.
    """
    for document in DOCUMENTS:
        name = document.collection
        before, begin, rest = text.partition(f"<!-- fields of {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        if not begin or not end:
            raise ValueError(f"no place for the fields of {name}")
        text = f"{before}{begin}{table_of(document)}\n{end}{after}"
    return text
