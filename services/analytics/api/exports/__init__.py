"""GET /v1/exports: what is stored, as files."""
