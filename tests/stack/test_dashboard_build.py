"""Which Node builds the pages, and when they are built anew."""

import json
import stat

import pytest

from handrail.dashboard import build as building
from handrail.dashboard import node as nodes
from handrail.dashboard.openapi import write_documents


def executable(path, text):
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A PATH with a node of the version that is asked for, and no wheel."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(nodes.importlib.util, "find_spec", lambda _: None)

    def have(version):
        executable(tmp_path / "node", f"#!/bin/sh\necho v{version}\n")
        executable(tmp_path / "npm", "#!/bin/sh\nexit 0\n")

    return have


def test_the_machines_own_node_is_taken_where_it_is_new_enough(machine, tmp_path):
    machine("20.19.1")

    found = nodes.find_node()

    assert found.node == [str(tmp_path / "node")]
    assert found.version == (20, 19)


def test_an_old_node_is_refused_with_what_to_do(machine):
    machine("18.20.4")

    with pytest.raises(nodes.NoNodeError, match=r"20\.19.*18\.20.*pip install"):
        nodes.find_node()


def test_pages_are_built_once_for_the_same_sources(tmp_path):
    ran = []
    for name, text in (("src/main.ts", "export {}"), ("package-lock.json", "{}")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "dist").mkdir()
    builder = building.Builder(
        folder=tmp_path,
        say=lambda _: None,
        describe=lambda _: None,
        node=lambda _: "node",
        npm=lambda _, __, *words: ran.append(words),
    )

    builder.build()
    builder.build()
    (tmp_path / "src" / "main.ts").write_text("export const more = 1")
    builder.build()

    assert [each[:2] for each in ran] == 2 * [
        ("ci", "--ignore-scripts"),
        ("run", "types"),
        ("run", "build"),
    ]


def test_each_service_is_described_without_being_started(tmp_path):
    paths = write_documents(tmp_path)

    described = {path.stem: json.loads(path.read_text())["paths"] for path in paths}
    assert "/v1/escalations" in described["escalator"]
    assert "/v1/patterns" in described["analytics"]
    assert "/v1/deliveries" in described["notifier"]
    assert "/v1/try" in described["resolver"]
