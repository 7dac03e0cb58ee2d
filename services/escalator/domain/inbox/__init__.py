"""What people look for in the inbox."""
