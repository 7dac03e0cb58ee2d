"""From files to passages, and from passages to what ranks best for a request."""
