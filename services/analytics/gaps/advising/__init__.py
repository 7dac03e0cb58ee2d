"""What would end one pattern, from its newest cases and from those of others."""
