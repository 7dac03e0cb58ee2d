"""E-mail: what a person reads, how it is laid out as MIME, and the way to the relay."""
