"""The pytest plugin, used as its users use it: in a folder of their own, outside the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from extract import testing
from extract.errors import AuthenticationError
from extract.models.cassettes import Recordings
from extract.models.endpoint import Model
from tests.server import Request, Server, answering, refusal, simplest

ROOT = Path(__file__).parent.parent
RECORDED = ROOT / "cassettes" / "test_recorded" / "care-worker.yaml"
TEST = """
from pathlib import Path

def test_ours(postings):
    record = postings(Path("care-worker.txt"), id="care-worker")
    assert record.posting.salary.min == 13.85
"""


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Lay out a project that has one test, its document and its recording."""
    (tmp_path / "test_ours.py").write_text(TEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    shutil.copy(ROOT / "docs" / "samples" / "care-worker.txt", tmp_path)
    (tmp_path / "cassettes" / "test_ours").mkdir(parents=True)
    shutil.copy(RECORDED, tmp_path / "cassettes" / "test_ours")
    return tmp_path


def _pytest(folder: Path, *options: str) -> tuple[int, str]:
    without = {"OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "POSTINGS_MODEL"}
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        env={name: value for name, value in os.environ.items() if name not in without},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout


def test_a_project_of_ones_own_replays(theirs: Path) -> None:
    """Five lines and a recording are enough, and the answers played are counted."""
    code, said = _pytest(theirs)
    assert (0, True) == (code, "postings: 1 recorded answers replayed" in said), said


def test_a_changed_document_fails_with_the_command_that_records(theirs: Path) -> None:
    """The miss says what differs and what to run."""
    page = theirs / "care-worker.txt"
    page.write_text(page.read_text().replace("13.85", "13.95"))
    code, said = _pytest(theirs)
    assert 1 == code
    assert "CassetteMissError" in said
    assert "pytest test_ours.py --postings-record missing" in said


def test_a_recording_nobody_asks_for_fails(theirs: Path) -> None:
    """An orphan is named."""
    folder = theirs / "cassettes" / "test_ours"
    shutil.copy(folder / "care-worker.yaml", folder / "left-over.yaml")
    code, said = _pytest(theirs)
    assert 1 == code
    assert "left-over.yaml; delete them" in said


def test_a_missing_recording_fails(theirs: Path) -> None:
    """Without its recording a case cannot pass."""
    (theirs / "cassettes" / "test_ours" / "care-worker.yaml").unlink()
    code, said = _pytest(theirs)
    assert 1 == code
    assert "does not exist" in said


OURS = """
def test_ours(postings):
    record = postings("Baker wanted, Leeds. Apply by 14 March 2025.", id="baker")
    assert record.provenance.model == "ours"
"""


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Lay out a project whose only test has no recording yet."""
    (tmp_path / "test_ours.py").write_text(OURS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def _recorded(folder: Path, *more: str) -> tuple[int, str, Server]:
    """Record with a model that is served elsewhere, and refuses what most servers take."""

    def refusing(asked: Request) -> tuple[int, dict[str, Any]]:
        if "temperature" in asked:
            return refusal(400, "Unsupported parameter: 'temperature' is not supported.")
        return simplest(asked)

    with answering(refusing) as server:
        model = ("--postings-model", "ours", "--postings-base-url", server.base_url)
        code, said = _pytest(folder, "--postings-record", "missing", *model, *more)
    return code, said, server


def test_a_recording_of_another_model_plays_without_its_name_or_a_key(ours: Path) -> None:
    """A plain `pytest` asks as it was asked then, with what the refusal taught."""
    code, said, server = _recorded(ours)
    assert (0, 2) == (code, len(server.requests)), said
    code, said = _pytest(ours)
    assert (0, True) == (code, "postings: 1 recorded answers replayed" in said), said


def test_what_is_learned_costs_its_requests_once(ours: Path) -> None:
    """Two documents and one refusal are three requests, and one that is recorded asks nothing."""
    more = '\n\ndef test_more(postings):\n    postings("Cook wanted, York.", id="cook")\n'
    (ours / "test_ours.py").write_text(OURS + more)
    code, said, server = _recorded(ours)
    assert (0, 3) == (code, len(server.requests)), said
    code, said, server = _recorded(ours)
    assert (0, 0) == (code, len(server.requests)), said


AZURE = {
    "--postings-record": "missing",
    "--postings-model": "ours",
    "--postings-base-url": "https://mine.openai.azure.com",
    "--postings-provider": None,
}


@pytest.mark.parametrize(
    ("options", "environ", "expected"),
    [
        ({}, {"AZURE_OPENAI_API_KEY": "of-azure", "OPENAI_API_KEY": "k"}, "of-azure"),
        ({}, {"AZURE_OPENAI_AD_TOKEN": "of-entra"}, "of-entra"),
        ({"--postings-base-url": "http://127.0.0.1:1/v1"}, {}, "none"),
        ({"--postings-base-url": "http://127.0.0.1:1/v1"}, {"OPENAI_API_KEY": "k"}, "k"),
        ({"--postings-base-url": None, "--postings-provider": "groq"}, {"GROQ_API_KEY": "g"}, "g"),
    ],
)
def test_the_key_that_is_recorded_with(
    options: dict[str, str | None],
    environ: dict[str, str],
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The provider's own, a token of Entra, or none for a server of one's own."""
    for name in ("AZURE_OPENAI_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "GROQ_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**environ, "OPENAI_API_VERSION": "2024-10-21"}.items():
        monkeypatch.setenv(name, value)
    chosen = AZURE | options
    config: Any = SimpleNamespace(getoption=chosen.get, stash={testing.TAUGHT: {}})
    model, _ = testing._asked(config, Recordings(tmp_path, "record"), "baker")
    assert isinstance(model, Model)
    assert expected == model.api_key
    is_azure = model.row is not None and "azure" == model.row.name
    assert ("2024-10-21" if is_azure else None) == model.api_version


def test_openais_key_is_not_shown_to_another_provider(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its own variable must be set."""
    monkeypatch.delenv("GROQ_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "of-openai")
    chosen = AZURE | {"--postings-base-url": None, "--postings-provider": "groq"}
    config: Any = SimpleNamespace(getoption=chosen.get, stash={testing.TAUGHT: {}})
    with pytest.raises(AuthenticationError, match="set GROQ_API_KEY"):
        testing._asked(config, Recordings(tmp_path, "record"), "baker")


def test_a_miss_names_the_model_and_no_recording_is_called_left_over(ours: Path) -> None:
    """The advice is the command that records it anew, and not to delete what is still good."""
    code, said, _ = _recorded(ours)
    assert 0 == code, said
    (ours / "test_ours.py").write_text(OURS.replace("Leeds", "York"))
    code, said = _pytest(ours)
    assert 1 == code
    assert "--postings-record missing --postings-model ours" in said
    assert "delete them" not in said


def test_one_id_for_two_documents_is_refused_when_recorded(ours: Path) -> None:
    """The second would take the first one's file."""
    twice = '\n\ndef test_more(postings):\n    postings("Cook wanted, York.", id="baker")\n'
    (ours / "test_ours.py").write_text(OURS + twice)
    code, said, _ = _recorded(ours)
    assert 1 == code
    assert "id 'baker' stands for two documents" in said
