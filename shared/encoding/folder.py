"""A model of the operator's own choice, from a folder.

The folder is laid out as sentence transformers are published: `model.onnx` (or
`onnx/model.onnx`), `tokenizer.json`, and, where it differs from mean pooling over 128
tokens without a prefix, `encoder.json`:
`{"pooling": "cls", "max_tokens": 256, "prefix": "query: "}`.
"""

import hashlib
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, Field
from tokenizers import Tokenizer

from shared.encoding.transformer import (
    MAX_TOKENS,
    Pooling,
    TransformerEncoder,
    session_of,
)

_CHUNK = 1 << 20


class Description(BaseModel):
    """How a model wants to be asked."""

    model_config = ConfigDict(extra="forbid")

    pooling: Pooling = "mean"
    max_tokens: int = Field(default=MAX_TOKENS, ge=8, le=8192)
    prefix: str = ""


def load_folder(folder: Path, *, threads: int = 1) -> TransformerEncoder:
    """Return the model in *folder*. Raises where it is not one."""
    model = folder / "model.onnx"
    if not model.exists():
        model = folder / "onnx" / "model.onnx"
    described = folder / "encoder.json"
    facts = described.read_bytes() if described.exists() else b"{}"
    description = Description.model_validate(orjson.loads(facts))
    # The vectors are stored under this name, so other content is another name.
    digest = hashlib.sha256(facts)
    for path in (model, folder / "tokenizer.json"):
        _add(path, digest)
    return TransformerEncoder(
        f"{folder.resolve().name}-{digest.hexdigest()[:8]}",
        session=session_of(model, threads=threads),
        tokenizer=Tokenizer.from_file(str(folder / "tokenizer.json")),
        pooling=description.pooling,
        max_tokens=description.max_tokens,
        prefix=description.prefix,
    )


def _add(path: Path, digest: "hashlib._Hash") -> None:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
