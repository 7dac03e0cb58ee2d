"""A decision in the making: what is published, stored and told of it."""
