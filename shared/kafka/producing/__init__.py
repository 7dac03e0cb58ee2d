"""How records reach the broker: batches a partition, one producer that is replaced."""
