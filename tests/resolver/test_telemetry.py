"""Nothing that the resolver loads reports to anybody."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_encoders_library_takes_no_identity_and_sends_nothing(tmp_path):
    environment = {k: v for k, v in os.environ.items() if "TELEMETRY" not in k}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", "import services.resolver, onnxruntime"]

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    # Its device id and what waits to be sent would be there.
    assert not [*tmp_path.rglob("*onnxruntime*")]
    assert "telemetry" not in done.stderr
