"""The resolver's documents in MongoDB; nothing else here imports the driver."""
