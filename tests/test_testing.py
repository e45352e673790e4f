"""The pytest plugin, used as its users use it: in a folder of their own, outside the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


def _pytest(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
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
