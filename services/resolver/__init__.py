"""Conversation events in; replies, resolved and unresolved requests out."""
