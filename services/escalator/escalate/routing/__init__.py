"""Rules at work: the facts of the moment, and what follows from them."""
