"""What the resolver knows and how it decides; nothing here does I/O."""
