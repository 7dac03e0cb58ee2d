"""What users are told: which text, with which values."""
