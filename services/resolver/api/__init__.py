"""The resolver over HTTP, one file per noun."""
