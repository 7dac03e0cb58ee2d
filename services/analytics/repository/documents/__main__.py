"""`python -m services.analytics.repository.documents`: write the tables again."""

from pathlib import Path

from services.analytics.repository.documents.tables import with_tables

DOCUMENT = Path(__file__).parents[4] / "docs/trend-store.md"

if __name__ == "__main__":
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text()))
