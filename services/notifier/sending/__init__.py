"""What runs beside the handlers: sending what is due, and keeping it in order."""
