"""The people of an app, as pure values."""
