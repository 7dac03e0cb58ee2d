"""bge-small-en-v1.5, the default: two files that an installation puts beside Python.

`BAAI/bge-small-en-v1.5` (MIT) with int8 weights, as LangChain4j publishes it; see
`deploy/embedding`. Of the models that run on a CPU without torch and come from a
registry it is the most exact within 10 ms a message: docs/decisions/0009.
"""

import sys
from pathlib import Path

from shared.encoding.measured import load_measured
from shared.encoding.transformer import TransformerEncoder

NAME = "bge-small-en-v1.5-q8"
MODEL_SHA256 = "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4"
TOKENIZER_SHA256 = "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66"


def load_bge(*, threads: int = 1) -> TransformerEncoder:
    """Return the encoder. Raises where a file is missing or another one."""
    folder = Path(sys.prefix, "share", "handrail", NAME)
    return load_measured(
        NAME,
        model=folder / "model.onnx",
        tokenizer=(folder / "tokenizer.json").read_bytes(),
        digests=(MODEL_SHA256, TOKENIZER_SHA256),
        threads=threads,
        pooling="cls",
        # It rounds all texts of one run on one scale, the largest value of any. Alone,
        # a text has one vector, whoever else writes in the same second.
        most_texts=1,
    )
