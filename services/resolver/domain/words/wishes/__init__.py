"""Whether a message asks for a person, in the words of many languages."""
