"""Kafka at the edge: the batch runtime every service runs on."""
