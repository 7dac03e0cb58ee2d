"""The four services' OpenAPI documents, without starting a service.

`python -m handrail.dashboard.openapi FOLDER`. The dashboard's types are made from them,
so a changed service breaks its build.
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import orjson

from handrail.stack.gateway import SERVICES


def describe(folder: Path) -> None:
    """Write the documents into *folder* from a process of its own.

    A service that is built sets up logging and much else for its whole process.
    """
    command = [sys.executable, "-m", "handrail.dashboard.openapi", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def write_documents(folder: Path) -> list[Path]:
    """Write `<service>.json` for each service into *folder*; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    # Only asked for a description: no connection is made, and no key is used.
    os.environ.setdefault("HANDRAIL_ADMIN_KEY", "unused-while-describing")
    return [_write(name, folder) for name in SERVICES]


def _write(name: str, folder: Path) -> Path:
    app = importlib.import_module(f"services.{name}.app")
    settings = importlib.import_module(f"services.{name}.settings")
    document = app.build_app(settings.Settings()).openapi()
    path = folder / f"{name}.json"
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
    return path


if __name__ == "__main__":
    write_documents(Path(sys.argv[1]))
