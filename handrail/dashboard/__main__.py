"""`python -m handrail.dashboard [build|check]`: the pages, and what holds them."""

import sys

from handrail.dashboard.build import Builder, BuildError
from handrail.dashboard.node import NoNodeError


def main() -> int:
    """Build the pages, or check them; return the exit code."""
    builder = Builder()
    act = {"build": builder.build, "check": builder.check}.get(
        (*sys.argv[1:], "build")[0]
    )
    if act is None:
        sys.stderr.write("python -m handrail.dashboard [build|check]\n")
        return 2
    try:
        act()
    except (BuildError, NoNodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
