"""What of a dead-letter partition is done: kept in a committed offset.

A consumer group knows one position per partition, but an operator redrives some
reasons and leaves others. So the position is the first letter that is not done, and the
commit's metadata names those after it that are. (The embedded broker forgets metadata:
there such letters are redriven again, which every consumer recognises.)
"""

from dataclasses import dataclass, field

METADATA_CHARS = 4000
"""Kafka takes 4096 bytes (`offset.metadata.max.bytes`)."""


@dataclass
class Done:
    """The offsets of one partition that were redriven or deliberately skipped."""

    position: int
    """Everything before it is done."""
    later: set[int] = field(default_factory=set)

    def __contains__(self, offset: int) -> bool:
        return offset < self.position or offset in self.later

    def add(self, offset: int) -> None:
        """Remember *offset* as done."""
        if offset >= self.position:
            self.later.add(offset)
        while self.position in self.later:
            self.later.remove(self.position)
            self.position += 1

    @property
    def metadata(self) -> str:
        """Return what lies after the position as ranges, `7-9,12`.

        Where the ranges do not fit, the last are forgotten: they are redriven once
        more, which every consumer recognises.
        """
        ranges: list[list[int]] = []
        for offset in sorted(self.later):
            if ranges and ranges[-1][1] == offset - 1:
                ranges[-1][1] = offset
            else:
                ranges.append([offset, offset])
        text = ""
        for first, last in ranges:
            part = f"{first}-{last}" if first != last else str(first)
            longer = f"{text},{part}" if text else part
            if len(longer) > METADATA_CHARS:
                break
            text = longer
        return text


def done_of(position: int, metadata: str) -> Done:
    """Read a commit back; metadata that is not ours counts as none."""
    done = Done(max(position, 0))
    try:
        for part in filter(None, metadata.split(",")):
            first, _, last = part.partition("-")
            done.later.update(range(int(first), int(last or first) + 1))
    except ValueError:
        done.later.clear()
    return done
