"""Why a pattern exists, and what would end it."""
