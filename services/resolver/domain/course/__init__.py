"""The course of a conversation: its steps, by the app's settings, in its words."""
