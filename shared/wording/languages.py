"""Our texts by language: one TOML file each, all with the same texts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

DEFAULT = "en"
"""Told to users of a language that we do not speak."""


@dataclass(frozen=True, slots=True)
class Language:
    """What is said in one language."""

    texts: Mapping[str, str]
    """Templates by what they are for: `handoff`, `saved` …"""
    reasons: Mapping[str, str]
    """Words for each reason of an escalation."""
    expected_by: str
    """Stands for `{expected_by}` while no time is promised."""


Languages = Mapping[str, Language]
"""By primary language subtag (`pt`)."""


@lru_cache(maxsize=1)
def load_languages() -> Languages:
    """Read the files; an application does it once, at its start."""
    found = {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf8"))
        for file in files("shared.wording").iterdir()
        if file.name.endswith(".toml")
    }
    return {
        name: Language(
            texts=body["texts"],
            reasons=body["reasons"],
            expected_by=body["words"]["expected_by"],
        )
        for name, body in sorted(found.items())
    }


def choose_language(languages: Languages, tag: str | None) -> Language:
    """Return the language of a BCP 47 *tag*, or the default where it is not spoken."""
    return languages.get(_primary(tag)) or languages[DEFAULT]


def is_spoken(languages: Languages, tag: str | None) -> bool:
    """Return whether there are texts in the language of a BCP 47 *tag*."""
    return _primary(tag) in languages


def _primary(tag: str | None) -> str:
    return (tag or DEFAULT).replace("_", "-").partition("-")[0].lower()
