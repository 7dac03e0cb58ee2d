"""Streams are grouped by the service's own index, and agreement is counted right."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from handrail.eval.__main__ import evaluate
from handrail.eval.grouping.agreement import adjusted_rand, mutual_information, purity
from handrail.eval.sets import SetError, sets_in
from handrail.eval.show import tables_of

CONTRACT = {"set", "task", "n", "ari", "nmi", "patterns", "purity_5", "p99_ms"}


def _stream(folder, rows):
    folder.mkdir(exist_ok=True)
    (folder / "set.json").write_text('{"name": "tiny", "task": "patterns"}')
    lines = (orjson.dumps(each) + b"\n" for each in rows)
    (folder / "stream.jsonl").write_bytes(b"".join(lines))


def test_known_groupings_have_their_known_agreement():
    # The example that the index is usually explained by (Hubert and Arabie, 1985).
    true = [0, 0, 0, 1, 1, 1]
    found = [0, 0, 1, 1, 2, 2]

    assert adjusted_rand(true, found) == pytest.approx(0.2424, abs=1e-4)
    assert mutual_information(true, found) == pytest.approx(0.5158, abs=1e-4)
    assert purity(true, found, least=2) == pytest.approx(5 / 6)
    assert purity(true, found, least=3) is None


def test_names_of_groups_do_not_matter():
    assert adjusted_rand(["a", "a", "b"], [9, 9, 4]) == 1
    assert mutual_information(["a", "a", "b"], [9, 9, 4]) == pytest.approx(1)


LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1)


@given(LABELS)
def test_agreement_is_what_scikit_learn_says(pairs):
    true, found = [each for each, _ in pairs], [each for _, each in pairs]

    assert adjusted_rand(true, found) == pytest.approx(
        adjusted_rand_score(true, found), abs=1e-9
    )
    assert mutual_information(true, found) == pytest.approx(
        normalized_mutual_info_score(true, found), abs=1e-6
    )


def test_a_stream_has_a_row_at_each_length_and_one_after_all(tmp_path):
    rows = [
        {"text": f"{words} {at}", "pattern": words}
        for at in range(60)
        for words in ("card has not come", "invoice shows wrong total")
    ]
    _stream(tmp_path / "tiny", rows)
    found = evaluate(sets_in(tmp_path), encoder="none")
    arrived = [each for each in found if each["after"] == "arrival"]

    assert [each["n"] for each in arrived] == [10, 100, 120]
    assert all(each.keys() >= CONTRACT for each in found)
    assert arrived[-1]["ari"] > 0.9
    assert [table.row_count for table in tables_of(found)] == [len(found)]


def test_each_language_is_grouped_by_itself(tmp_path):
    rows = [
        {
            "text": "PDF export 500",
            "pattern": f"export {language}",
            "language": language,
        }
        for language in ("en", "de", "de")
    ]
    _stream(tmp_path / "tiny", rows)
    found = evaluate(sets_in(tmp_path), encoder="none")

    assert found[0]["ari"] == 1
    assert found[0]["patterns"] == 2


def test_the_streams_of_other_languages_can_be_scored():
    streams = sets_in(Path(__file__).parents[1] / "data" / "patterns")
    found = evaluate(streams, encoder="none")

    assert {each["set"] for each in found} == {each.name for each in streams}
    assert max(each["n"] for each in found) == 24


def test_a_stream_without_escalations_is_an_error_of_the_data(tmp_path):
    _stream(tmp_path / "tiny", [])

    with pytest.raises(SetError, match="no escalation"):
        evaluate(sets_in(tmp_path), encoder="none")
