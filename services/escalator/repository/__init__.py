"""What the escalator keeps in MongoDB, and how its state is written down."""
