"""Guards over every recording in the repository."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError
from vcr.persisters.filesystem import CassetteNotFoundError

from evals.data.recording_folders import SUFFIXES
from extract.errors import CassetteError
from extract.models.tape import FilePersister, JsonBodies, secrets

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "cassettes"
FILES = sorted(FOLDER.rglob("*.yaml"))
SEARCHES = {f"tuning-{path.stem}" for path in (ROOT / "evals/datasets/tuning").glob("*.jsonl")}
"""Folders of searches for a template, with a folder for each that was tried."""


def strays(folder: Path) -> list[str]:
    """Return what in a folder of recordings no test module and no dataset would ever replay."""
    homes = {path.stem for path in (ROOT / "tests").glob("test_*.py")}
    datasets = {path.name for path in (ROOT / "evals" / "datasets").iterdir()}
    homes |= {f"{name}{suffix}" for name in datasets for suffix in ("", *SUFFIXES)}
    listed = (
        each for each in folder.rglob("*") if each.relative_to(folder).parts[0] not in SEARCHES
    )
    return sorted(
        str(path.relative_to(folder))
        for path in listed
        if (path.is_dir() and (path.parent != folder or path.name not in homes))
        or (path.is_file() and (path.suffix != ".yaml" or path.parent.parent != folder))
    )


def test_every_recording_is_where_somebody_replays_it() -> None:
    """The guards of a module or a dataset see their own folder alone; this one sees the others."""
    assert [] == strays(FOLDER)


def test_a_stray_recording_is_seen(tmp_path: Path) -> None:
    """The folder of a test module that is gone, a folder too deep, and a file of another kind."""
    for name in ("test_gone/a.yaml", "test_recorded/deep/a.yaml", "test_recorded/a.json", "a.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "test_recorded" / "fine.yaml").touch()
    assert [
        "a.yaml",
        "test_gone",
        "test_recorded/a.json",
        "test_recorded/deep",
        "test_recorded/deep/a.yaml",
    ] == strays(tmp_path)


def test_the_network_is_blocked() -> None:
    """A replay that would ask a model fails at once; TEST-NET-1 is nobody's address."""
    with pytest.warns(UserWarning, match="192"), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 443), timeout=1)


def test_there_are_recordings() -> None:
    """An empty folder would let every guard below pass."""
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recording_is_small_whole_and_clean(path: Path) -> None:
    """Under 30 kB, readable with the safe loader, and with nothing in it that looks secret."""
    assert path.stat().st_size < 30_000
    requests, responses, about = FilePersister.load_cassette(path, JsonBodies)
    assert len(requests) == len(responses) > 0
    assert path.stem == about["case"]
    # A proposal of a wording is asked for without a template and without a schema.
    read = path.parent.name != "proposals"
    named = {"prompt", "prompt_sha256", "schema_sha256"} if read else set()
    assert {"model", "recorded", *named} < set(about)


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-abcdefghijklmnopqrstuvwx",
        "Authorization: Bearer abcdefghijklmnop.qrstuvwx",
        "set-cookie: session=1",
        "openai-organization: org-1",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    ],
)
def test_what_looks_secret_is_seen_and_refused(secret: str, tmp_path: Path) -> None:
    """A planted secret is found in a text, and a file that holds one is not used."""
    assert secrets(f"text {secret} text")
    planted = tmp_path / "planted.yaml"
    planted.write_text(FILES[0].read_text() + f"# {secret}\n")
    with pytest.raises(CassetteError, match="looks like a secret"):
        FilePersister.load_cassette(planted, JsonBodies)


def test_a_missing_file_is_no_error_of_the_format(tmp_path: Path) -> None:
    """Vcrpy is told in its own way that there is nothing yet."""
    with pytest.raises(CassetteNotFoundError):
        FilePersister.load_cassette(tmp_path / "none.yaml", JsonBodies)
