"""Which paths of an app's state name an error, and which a version."""

from enum import IntEnum

from services.analytics.domain.gaps.remedies.lexicon import lexicon, split_identifier


class PathKind(IntEnum):
    """What a path names, in the order of what a developer asks for first."""

    ERROR = 0
    VERSION = 1
    OTHER = 2


def kind_of_path(path: str) -> PathKind:
    """Return what the last part of *path* names: `last_request.status` is an error."""
    words = set(split_identifier(path.rpartition(".")[2]))
    if words & lexicon().error_paths:
        return PathKind.ERROR
    if words & lexicon().version_paths:
        return PathKind.VERSION
    return PathKind.OTHER
