"""What is known of silences, of known issues and of how escalations stand."""
