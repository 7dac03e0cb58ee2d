"""Which encoder this process gets."""

from collections.abc import Callable
from pathlib import Path

import structlog

from shared.encoding.encoder import Encoder

log = structlog.get_logger()


def load_encoder(
    setting: str,
    *,
    threads: int = 1,
    on_failure: Callable[[str], None] = lambda _: None,
) -> Encoder | None:
    """Return the encoder that *setting* names, or the next one that works, or None.

    `auto` is bge, then MiniLM, then wordllama; `none` is words alone; anything else is
    the folder of a model. What fails to load is logged and told to *on_failure* by its
    name, never fatal: matching by words still answers, and people are there for the
    rest.
    """
    for name, load in _candidates(setting, threads):
        try:
            encoder = load()
        except Exception as error:  # noqa: BLE001 - a broken wheel raises anything
            on_failure(name)
            log.warning("encoder not loaded", encoder=name, error=repr(error))
            continue
        return encoder
    if setting != "none":
        log.warning("matching by words alone", reason="no encoder loads")
    return None


def _candidates(setting: str, threads: int) -> list[tuple[str, Callable[[], Encoder]]]:
    known: list[tuple[str, Callable[[], Encoder]]] = [
        ("bge", lambda: _bge(threads)),
        ("minilm", lambda: _minilm(threads)),
        ("wordllama", _wordllama),
    ]
    match setting:
        case "none":
            return []
        case "auto" | "bge":
            return known
        case "minilm":
            return known[1:]
        case "wordllama":
            return known[2:]
        case _:
            return [("folder", lambda: _folder(Path(setting), threads)), *known]


# The libraries are imported only where they are used: they cost 60 MB, and an
# installation may do without them.


def _bge(threads: int) -> Encoder:
    from shared.encoding.bge import load_bge  # noqa: PLC0415

    return load_bge(threads=threads)


def _minilm(threads: int) -> Encoder:
    from shared.encoding.minilm import load_minilm  # noqa: PLC0415

    return load_minilm(threads=threads)


def _folder(folder: Path, threads: int) -> Encoder:
    from shared.encoding.folder import load_folder  # noqa: PLC0415

    return load_folder(folder, threads=threads)


def _wordllama() -> Encoder:
    from shared.encoding.static import load_wordllama  # noqa: PLC0415

    return load_wordllama()
