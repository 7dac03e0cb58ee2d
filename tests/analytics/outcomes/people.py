"""People who ask the same in several wordings, with a typo now and then."""

import random
import tomllib
from pathlib import Path

DATA = Path(__file__).parents[2] / "data"


class People:
    """What people of one half ask and say, and what is found for it."""

    def __init__(self, half, seed):
        text = (DATA / f"outcomes-{half}.toml").read_text()
        self.families = tomllib.loads(text)
        self.said = self.families.pop("said")
        self.chance = random.Random(f"{half}/{seed}")

    # What is asked.

    def topic(self, *, unlike=None):
        """Return a family and a topic; half of the time of the same family."""
        families = list(self.families)
        if unlike and self.chance.random() < 0.5:
            family = unlike[0]
        else:
            family = self.chance.choice(families)
        names = [
            each
            for each in self.families[family]
            if not unlike or (family, each) != unlike
        ]
        return family, self.chance.choice(names)

    def wordings(self, topic, n):
        """Return *n* wordings of a topic, as people type them."""
        texts = self.chance.sample(self.families[topic[0]][topic[1]], n)
        return [self._typed(each) for each in texts]

    def _typed(self, text):
        roll = self.chance.random()
        if roll < 0.15:
            text = text.lower().rstrip("?.")
        elif roll < 0.25:
            text = f"Hi! {text}"
        elif roll < 0.35:
            text = f"{text} I have tried for an hour now."
        elif roll < 0.45 and len(text) > 12:
            at = self.chance.randrange(4, len(text) - 2)
            text = text[:at] + text[at + 1 :]
        return text

    def says(self, *kinds):
        """Return something that people say at the end."""
        return self.chance.choice([each for kind in kinds for each in self.said[kind]])

    def tried(self, topic):
        """Return what a good, not perfect, search finds: mostly the topic first."""
        others = [each for names in self.families.values() for each in names]
        near = [each for each in self.families[topic[0]] if each != topic[1]]
        found = [topic[1], *self.chance.sample(near, 2)]
        if self.chance.random() < 0.15:
            self.chance.shuffle(found)
        if self.chance.random() < 0.05:
            found[0] = self.chance.choice(others)
        return found
