"""Values in words: numbers, days, addresses, choices, and which of them is meant."""
