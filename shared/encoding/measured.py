"""Load a model only if its files are the ones that were measured."""

import hashlib
from pathlib import Path

from tokenizers import Tokenizer

from shared.encoding.transformer import (
    BATCH_TEXTS,
    Pooling,
    TransformerEncoder,
    session_of,
)
from shared.errors import Permanent


def load_measured(
    name: str,
    *,
    model: Path,
    tokenizer: bytes,
    digests: tuple[str, str],
    threads: int,
    pooling: Pooling = "mean",
    most_texts: int = BATCH_TEXTS,
) -> TransformerEncoder:
    """Return the encoder; *digests* are of the model and of the tokenizer, sha256.

    Raises FileNotFoundError, and Permanent where a file is another one.
    """
    checked(model.read_bytes(), digests[0], what="model")
    checked(tokenizer, digests[1], what="tokenizer")
    return TransformerEncoder(
        name,
        session=session_of(model, threads=threads),
        tokenizer=Tokenizer.from_str(tokenizer.decode()),
        pooling=pooling,
        most_texts=most_texts,
    )


def checked(content: bytes, digest: str, *, what: str) -> None:
    """Raise Permanent unless *content* has this sha256."""
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise Permanent("wrong_digest", f"the {what} has sha256 {found}")
