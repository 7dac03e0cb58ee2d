"""conversation.*, notification.* -> escalation.*, notification.requested, replies.

Read `handlers.py`, then `escalate/`, then `domain/`. Apps, keys and settings are
`administer.py`: HTTP in -> app.settings.
"""
