"""Fit what the grouping ships: what escalations of any app have in common.

``python -m handrail.eval.grouping.prior [folder of sets]`` writes the mean vector of
each encoder to `prior_mean.json`, in the data of `services/analytics/domain/patterns`.
Only texts under CC BY and CDLA-Permissive are read.
"""

import sys
from pathlib import Path

import numpy as np
import orjson

from handrail.eval.grouping.streams import arrivals_of
from handrail.eval.sets import DATA, LabelledSet, sets_in
from handrail.eval.vectors import KeptVectors
from handrail.stack.processes import BUILD
from services.analytics.domain.patterns import rules
from shared.encoding.bge import load_bge
from shared.encoding.minilm import load_minilm
from shared.encoding.pair import SideBySide

DECIMALS = 4
FREE = ("CC BY 3.0", "CC BY 4.0", "CDLA-Permissive-2.0")


def main(folder: Path) -> int:
    """Write the means; return the exit code."""
    singles = (load_minilm(), load_bge())
    means = {}
    for encoder in (*singles, SideBySide(singles)):
        kept = KeptVectors(encoder, BUILD / "vectors")
        of_sets = []
        for texts in _texts(folder):
            kept.add(kept.missing(texts), lambda _: None)
            of_sets.append(np.mean([kept[text] for text in texts], axis=0))
        # A set is one app: none counts for more because it is larger.
        mean = np.mean(of_sets, axis=0).astype(float)
        means[encoder.name] = [round(each, DECIMALS) for each in mean.tolist()]
    Path(rules.__file__).with_name("data").joinpath("prior_mean.json").write_bytes(
        orjson.dumps(means) + b"\n"
    )
    return 0


def _texts(folder: Path) -> list[list[str]]:
    found = []
    for each in sets_in(folder):
        about = orjson.loads((each.folder / "set.json").read_bytes())
        if about.get("licence") in FREE and each.name in _USED:
            found.append(_of(each))
    return found


_USED = ("p-banking", "p-calls-insurance", "p-clinc", "hwu64-10ex")


def _of(chosen: LabelledSet) -> list[str]:
    if chosen.task == "patterns":
        return [each.text for each in arrivals_of(chosen)]
    return [each.text for each in chosen.queries()]


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
