"""Run the one service that this image holds: `python -m services.$SERVICE`."""

import os
import runpy

if __name__ == "__main__":
    runpy.run_module(
        f"services.{os.environ['SERVICE']}", run_name="__main__", alter_sys=True
    )
