"""Analytics over HTTP: the summary, the trends and the recount of one's own app."""
