"""The desk: escalations as people list, read and work them."""
