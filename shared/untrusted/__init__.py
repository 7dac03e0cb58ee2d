"""What strangers send: read as far as it can be, so that no user's words are lost.

A chat platform adds much to what its user typed. None of that may cost the message:
what breaks a bound is cut, what is meant otherwise is read, what cannot be read is set
aside, and each is noted. Only a record of which nothing can be used is refused.
"""

from shared.untrusted.event import read_event
from shared.untrusted.notes import Done, Notes
from shared.untrusted.parse import names_twice, parse
from shared.untrusted.values import tidied

__all__ = ["Done", "Notes", "names_twice", "parse", "read_event", "tidied"]
