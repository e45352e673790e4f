"""Searches for a template that a model answered, decided again from the recorded answers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from typer.testing import Result

from tests.shops import postings

ROOT = Path(__file__).parent.parent
SETS = ROOT / "evals" / "datasets" / "tuning"

pytestmark = pytest.mark.usefixtures("here")


def replayed(name: str, schema: str) -> Result:
    """Decide a search as docs/tuning.md has it, without a model."""
    return postings(
        *("prompt", "tune", str(SETS / f"{name}.jsonl")),
        *("--schema", f"{SETS / 'study_schemas.py'}:{schema}"),
        *("--wordings", str(SETS / f"{name}.wordings.toml"), "--proposals", "1", "--most", "2"),
        *("--model", "claude", "--base-url", "http://127.0.0.1:9/v1", "--api-key", "none"),
        *("--replay", "--answers", str(ROOT / "cassettes" / f"tuning-{name}")),
        *("-o", f"{name}.toml"),
    )


def recorded(name: str) -> int:
    """Count the recorded answers of a search."""
    return len(list((ROOT / "cassettes" / f"tuning-{name}").rglob("*.yaml")))


def test_a_better_template_for_adverts_is_found() -> None:
    """The held-out documents confirm it, and every recorded answer was asked for."""
    done = replayed("adverts", "ForSale")
    assert 0 == done.exit_code, done.output
    assert f"in {recorded('adverts')} requests" in done.stdout
    made = tomllib.loads(Path("adverts.toml").read_text("utf-8"))["evidence"]
    figures = made["macro_f1_before"], made["macro_f1_after"], made["p_value"]
    assert (0.7368, 0.9118, 0.01562) == figures


def test_for_bookings_nothing_gains() -> None:
    """Ten changes were tried; the held-out documents were not read."""
    done = replayed("bookings", "Booking")
    assert 1 == done.exit_code, done.output
    assert "no change gained on the training documents" in " ".join(done.stdout.split())
    assert f"in {recorded('bookings')} requests" in done.stdout
    assert not Path("bookings.toml").exists()


def test_for_parcels_it_says_that_it_cannot() -> None:
    """There is nothing to mend in the training documents."""
    done = replayed("parcels", "ParcelNotice")
    assert 1 == done.exit_code, done.output
    assert "the template makes no error on the 18 training documents" in done.stdout
    assert f"in {recorded('parcels')} requests" in done.stdout
    assert not Path("parcels.toml").exists()
