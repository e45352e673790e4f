"""Guards over every recording in the repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from vcr.persisters.filesystem import CassetteNotFoundError

from extract.errors import CassetteError
from extract.tape import FilePersister, JsonBodies, secrets

FOLDER = Path(__file__).parent.parent / "cassettes"
FILES = sorted(FOLDER.rglob("*.yaml"))


def test_there_are_recordings() -> None:
    """An empty folder would let every guard below pass."""
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_recording_is_small_whole_and_clean(path: Path) -> None:
    """Under 20 kB, readable with the safe loader, and with nothing in it that looks secret."""
    assert path.stat().st_size < 20_000
    requests, responses, about = FilePersister.load_cassette(path, JsonBodies)
    assert len(requests) == len(responses) > 0
    assert path.stem == about["case"]
    assert {"model", "prompt", "prompt_sha256", "schema_sha256", "recorded"} < set(about)


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
