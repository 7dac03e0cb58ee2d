"""What the night proposes: topics that were founded twice, and never against people."""

from zlib import crc32

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.domain.patterns import merging
from services.analytics.domain.patterns.items import quantise
from services.analytics.domain.patterns.linking import Pairs, link_by_average
from services.analytics.domain.patterns.merging import Examined, propose_merges

WIDTH = 32
TOPICS = np.linalg.qr(np.random.default_rng(3).normal(size=(WIDTH, WIDTH)))[0]


def _pattern(name, topic, *, members=4, not_with=(), text="", noise=0.3) -> Examined:
    rng = np.random.default_rng(crc32(name.encode()))
    rows = TOPICS[topic] + rng.normal(size=(members, WIDTH)) * noise / np.sqrt(WIDTH)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = [quantise(row.astype(np.float32)) for row in rows]
    return Examined(name, vectors, text, frozenset(not_with))


def _others():
    return [_pattern(f"other-{at}", at) for at in range(4, 16)]


def _proposed(patterns):
    return propose_merges(patterns, encoder="fake+fake")


def test_one_topic_in_two_patterns_is_proposed_and_the_older_one_stays():
    (found,) = _proposed(
        [
            _pattern("old", 0, text="Where is my card?"),
            *_others(),
            _pattern("new", 0, text="cards do not arrive"),
        ]
    )

    assert (found.into, found.absorbed) == ("old", "new")
    assert 0.5 <= found.similarity <= 1
    assert "“card”" in found.because
    assert "% alike" in found.because


def test_what_people_told_apart_is_not_proposed_whichever_side_remembers():
    apart = [_pattern("old", 0, not_with=["new"]), _pattern("new", 0)]

    assert _proposed([*apart, *_others()]) == []
    assert _proposed([*_others(), *reversed(apart)]) == []


def test_a_third_pattern_never_brings_together_what_people_told_apart():
    found = _proposed(
        [
            _pattern("one", 0, not_with=["two"]),
            _pattern("two", 0),
            _pattern("between", 0),
            *_others(),
        ]
    )

    assert len(found) == 1


def test_one_pattern_or_none_has_nothing_to_merge():
    assert _proposed([]) == []
    assert _proposed([_pattern("only", 0)]) == []


def test_a_large_app_is_thinned_out_and_still_examined(monkeypatch):
    monkeypatch.setattr(merging, "MAX_MEMBERS", 60)
    monkeypatch.setattr(merging, "MAX_PATTERNS", 14)
    (found,) = _proposed(
        [
            _pattern("old", 0, members=40),
            *_others(),
            *(_pattern(f"single-{at}", 20 + at, members=1) for at in range(9)),
            _pattern("new", 0, members=30),
        ]
    )

    assert (found.into, found.absorbed) == ("old", "new")


GROUPS = st.integers(3, 9)


@settings(deadline=None, max_examples=80)
@given(groups=GROUPS, seed=st.integers(0, 2**20), least=st.floats(-0.5, 0.9))
def test_links_are_those_of_a_plain_average_link(groups, seed, least):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(groups * 2, 4)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    of = np.repeat(np.arange(groups), 2)
    apart = [(0, 1)]
    found = list(link_by_average(Pairs.of(rows, of, apart=apart), least=least))
    members = {at: [at] for at in range(groups)}
    for link in found:
        best = max(
            _mean(rows, of, members[one], members[other])
            for one in members
            for other in members
            if one < other and not _is_apart(members[one], members[other], apart)
        )

        assert abs(link.similarity - best) < 1e-4
        assert link.first < link.second
        members[link.first] += members.pop(link.second)
        assert not any(0 in each and 1 in each for each in members.values())


def _mean(rows, of, one, other):
    return float((rows[np.isin(of, one)] @ rows[np.isin(of, other)].T).mean())


def _is_apart(one, other, apart):
    both = {*one, *other}
    return any(left in both and right in both for left, right in apart)
