"""The inbox as MongoDB holds it: read, searched, and deleted in the end."""
