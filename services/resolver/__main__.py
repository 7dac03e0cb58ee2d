"""Run the resolver."""

import os

# Before numpy is imported: its matrices are small, one thread matches them, and the
# event loop needs the other core.
for _library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_library, "1")

from services.resolver.app import build_app  # noqa: E402
from services.resolver.settings import Settings  # noqa: E402
from shared.serve import start  # noqa: E402

if __name__ == "__main__":
    start(Settings, build_app)
