"""What an encoder returns, which one is chosen, and what a broken one leads to."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import structlog

from shared.encoding import bge, minilm
from shared.encoding.load import load_encoder
from shared.encoding.measured import checked
from shared.encoding.threaded import NICENESS, ThreadedEncoder
from shared.errors import Permanent

TEXTS = ["I forgot my password", "Reset my password", "The weather is fine"]


@pytest.fixture(scope="module", params=["bge", "minilm", "wordllama"])
def encoder(request):
    found = load_encoder(request.param)
    assert found is not None
    assert found.name.startswith(request.param)
    return found


def test_rows_have_length_one_and_the_promised_size(encoder):
    rows = encoder.encode(TEXTS)

    assert rows.dtype == np.float32
    assert rows.shape == (3, encoder.dimensions)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_what_means_the_same_is_nearer_than_what_does_not(encoder):
    forgot, reset, weather = encoder.encode(TEXTS)

    assert forgot @ reset > forgot @ weather + 0.2


def test_a_text_has_the_same_vector_alone_and_among_others(encoder):
    # Whoever writes in the same second must not change what is answered.
    others = [f"{'word ' * at} number {at}" for at in range(1, 150, 7)]
    among = encoder.encode([*others, TEXTS[0], *others])[len(others)]

    assert float(among @ encoder.encode([TEXTS[0]])[0]) > 0.999


def test_nothing_to_encode_is_no_row(encoder):
    assert encoder.encode([]).shape == (0, encoder.dimensions)


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "\x00", "\ud800 half", "🙂", "あ" * 9000, "a" * 100_000]
)
def test_any_text_has_a_finite_vector(encoder, text):
    row = encoder.encode([text])

    assert np.isfinite(row).all()


def test_none_is_no_encoder():
    assert load_encoder("none") is None


def test_a_folder_without_a_model_falls_back_loudly(tmp_path):
    with structlog.testing.capture_logs() as said:
        found = load_encoder(str(tmp_path))

    assert found is not None
    assert found.name == bge.NAME
    assert "encoder not loaded" in [each["event"] for each in said]


def test_where_nobody_installed_bge_the_model_of_the_wheel_answers(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))

    found = load_encoder("auto")

    assert found is not None
    assert found.name == minilm.NAME


def test_a_machine_without_maven_is_told_and_goes_on(tmp_path):
    fetch = Path(__file__).parents[2] / "deploy" / "embedding" / "fetch.py"

    ran = subprocess.run(
        [sys.executable, str(fetch), str(tmp_path)],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 1
    assert "no `mvn`" in ran.stderr
    assert not list(tmp_path.rglob("*.onnx"))


def test_a_folder_with_a_model_is_used_under_a_name_of_its_content(tmp_path):
    assets = minilm.ASSETS
    (tmp_path / "model.onnx").write_bytes(minilm.model_path().read_bytes())
    (tmp_path / "tokenizer.json").write_bytes((assets / "tokenizer.json").read_bytes())
    plain = load_encoder(str(tmp_path))
    (tmp_path / "encoder.json").write_text('{"pooling": "cls", "max_tokens": 64}')
    other = load_encoder(str(tmp_path))
    default = load_encoder("minilm")

    assert plain.name.startswith(tmp_path.name)
    assert plain.name != other.name
    assert np.allclose(plain.encode(TEXTS), default.encode(TEXTS), atol=1e-5)
    assert not np.allclose(other.encode(TEXTS), default.encode(TEXTS), atol=0.1)


def test_a_file_that_is_not_the_measured_one_is_refused():
    with pytest.raises(Permanent, match="sha256") as refused:
        checked(b"another model", minilm.MODEL_SHA256, what="model")

    assert refused.value.reason == "wrong_digest"


class CountingEncoder:
    """Knows which thread it runs in."""

    name, dimensions = "counting", 2

    def __init__(self):
        self.niceness = []

    def encode(self, texts):
        self.niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return np.ones((len(texts), 2), dtype=np.float32)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority there")
async def test_an_encoder_beside_the_event_loop_gives_way_to_it():
    loaded = []
    own = CountingEncoder()
    threaded = ThreadedEncoder(lambda: loaded.append(1) or own)

    assert await threaded.load()
    assert await threaded.load()
    rows = await threaded.encode(["one", "two"])
    await threaded.close()

    assert rows.shape == (2, 2)
    assert (threaded.name, threaded.dimensions, len(loaded)) == ("counting", 2, 1)
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    assert own.niceness == [max(mine, NICENESS)]


async def test_without_an_encoder_nothing_is_loaded_again():
    loaded = []
    threaded = ThreadedEncoder(lambda: loaded.append(1))

    assert not await threaded.load()
    assert not await threaded.load()
    await threaded.close()

    assert len(loaded) == 1
