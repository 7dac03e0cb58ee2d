"""What the auditor compares, read where it is stored, and what it writes down."""
