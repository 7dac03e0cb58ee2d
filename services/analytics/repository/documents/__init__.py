"""What the documents of the trend store hold: one declaration, for database and docs.

From it come the schema that MongoDB validates by and the tables of docs/trend-store.md.
"""
