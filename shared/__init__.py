"""What two or more services need; no business rules."""
