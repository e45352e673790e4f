"""The evaluation set, replayed: every case has its answers, and no answer is left over.

The recordings in cassettes/postings are real traffic of the embedded model; `postings eval
evals/datasets/postings --record` makes what is missing.
"""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from typer.testing import CliRunner

from evals.commands.eval_command import app
from evals.data.dataset import load
from evals.scoring.recording_status import Status, status
from evals.scoring.run_setup import Asking
from extract.models.tape import secrets
from extract.runs.opening import LOCAL
from extract.testing import PLAYED

ROOT = Path(__file__).parent.parent
DATASET = ROOT / "evals" / "datasets" / "postings"
FOLDER = ROOT / "cassettes" / "postings"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the evaluation set is not recorded: cassettes/postings"
)


@pytest.fixture(scope="module")
def replayed(request: pytest.FixtureRequest) -> Status:
    """Replay the whole set once, and count its answers in the session's summary."""
    found = anyio.run(status, load(DATASET), Asking(LOCAL, FOLDER))
    request.config.stash[PLAYED].append(found.played)
    return found


def test_every_case_is_fresh(replayed: Status) -> None:
    """The prompt, the schema, the documents and the code ask what was recorded; all is played."""
    assert {} == dict(replayed.stale)
    assert () == replayed.missing
    assert replayed.fresh
    assert replayed.played >= len(replayed.fresh)


def test_no_recording_is_left_over(replayed: Status) -> None:
    """A file that no case plays is named."""
    assert () == replayed.orphaned


def test_recordings_are_small(replayed: Status) -> None:
    """Under 20 kB for a posting, so that a diff can be read."""
    sizes = replayed.recorded.sizes
    assert {} == {name: size for name, size in sizes.items() if size >= 20_000}


def test_recordings_hold_no_secret() -> None:
    """Nothing in a request or an answer has the shape of a key, a token or a cookie."""
    assert {} == {
        path.name: found for path in FOLDER.iterdir() if (found := secrets(path.read_text("utf-8")))
    }


def test_the_recordings_of_plain_instructor_play() -> None:
    """The system that we are compared with replays by itself, with the limits it was asked with."""
    arguments = ["run", str(DATASET), "--replay", "--system", "instructor"]
    result = CliRunner().invoke(app, [*arguments, "--only", "at-softwaretester"])
    assert 0 == result.exit_code, result.output
    assert "in 1 calls" in result.output
