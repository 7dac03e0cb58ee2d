"""`python -m handrail.dashboard [build|check]`: pages and chat, and what holds them."""

import sys

from handrail.dashboard.build import BuildError, builders
from handrail.dashboard.node import NoNodeError


def main() -> int:
    """Build the pages, or check them; return the exit code."""
    wanted = (*sys.argv[1:], "build")[0]
    if wanted not in {"build", "check"}:
        sys.stderr.write("python -m handrail.dashboard [build|check]\n")
        return 2
    try:
        for builder in builders():
            if wanted == "build":
                builder.build()
            else:
                builder.check()
    except (BuildError, NoNodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
