"""What people and assistants mean by their words, in many languages: pure, by rules."""
