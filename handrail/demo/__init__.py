"""`make demo`: the product's story and a few hundred conversations, start to end."""
