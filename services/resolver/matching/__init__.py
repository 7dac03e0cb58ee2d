"""What an app knows and one message -> how likely each action and passage is right."""
