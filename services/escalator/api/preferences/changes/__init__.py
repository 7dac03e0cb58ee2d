"""Changes of the settings: checked, tried on the past, explained, kept as versions."""
