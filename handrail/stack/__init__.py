"""The local stack: broker, database, mail catcher, four services, one origin."""
