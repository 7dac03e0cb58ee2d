"""What somebody who waits for people asks, and what they are told of it."""
