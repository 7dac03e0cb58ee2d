"""How well dead ends of played conversations are told."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """How well dead ends were told."""

    hits: int
    false: int
    missed: int
    by_script: dict[tuple[str, str], int]

    @property
    def precision(self):
        return self.hits / (self.hits + self.false)

    @property
    def recall(self):
        return self.hits / (self.hits + self.missed)


def score(played, judged_dead):
    """Compare what was played with what was judged, conversation by conversation."""
    hits, false, missed = 0, 0, 0
    wrong = Counter()
    for each in played:
        found = judged_dead[each.chat.name]
        hits += each.dead and found
        false += found and not each.dead
        missed += each.dead and not found
        if found != each.dead:
            wrong[each.script, "false" if found else "missed"] += 1
    return Score(hits, false, missed, dict(wrong))
