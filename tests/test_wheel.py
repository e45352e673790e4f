"""The built wheel works on its own, outside the checkout, with the data that it needs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from extract import resources
from extract.asking import prompt

CHECKOUT = Path(__file__).parents[1]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
NO_BUILD_BACKEND = ("No matching distribution found for hatchling", "No module named pip")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and return what it prints."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [str(part) for part in command],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*PIP, "wheel", "--quiet", "--retries=0", "--no-deps", "--wheel-dir", folder, CHECKOUT],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if any(reason in done.stderr for reason in NO_BUILD_BACKEND):
        pytest.skip("offline: the build backend, hatchling, cannot be fetched")
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own that borrows only its dependencies."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "env", with_pip=False)
    scripts = folder / "env" / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / "python"
    run(
        *PIP, "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder
    )
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(python, "-c", asked, cwd=folder).strip())
    # A plain path: what it holds is found, but an editable install there is not followed.
    borrowed = "\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (site / "borrowed.pth").write_text(borrowed, encoding="utf-8")
    return scripts


def test_the_evaluation_set_stays_behind(wheel: Path) -> None:
    """The harness ships with its schema and its page, the documents and labels do not."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {"evals/data/dataset.schema.json", "evals/report/report_template.html"} < set(names)
    assert [] == [name for name in names if name.startswith("evals/datasets")]


def test_the_command_runs(installed: Path) -> None:
    """It is there under its name, and knows its version."""
    told = run(installed / "postings", "--version", cwd=installed)
    name, version = told.split()
    assert "postings" == name
    assert version[0].isdigit()


def test_the_data_ships(installed: Path) -> None:
    """Prompts and vocabularies are read from the installed package, not from the checkout."""
    code = """
import extract, pathlib
from extract import lexicon, resources
from extract.asking import prompt
print(pathlib.Path(extract.__file__).parent)
print(resources.prompts())
print(prompt.load().name, prompt.load().sha256)
print(*sorted(lexicon.load("workplace")))
print(*lexicon.names())
"""
    home, prompts, loaded, workplace, names = run(
        installed / "python", "-c", code, cwd=installed
    ).splitlines()
    environment = installed.parent
    assert Path(home).is_relative_to(environment)
    assert prompts == str(Path(home) / "_prompts")
    ours = prompt.load()
    assert [ours.name, ours.sha256] == loaded.split()
    assert "event hybrid not onsite remote" == workplace
    here = {path.stem for path in (CHECKOUT / "extract" / "lexicon").glob("*.toml")}
    assert here == set(names.split())


def test_every_template_of_the_checkout_ships(installed: Path) -> None:
    """The bytes are those of the checkout: the hash in a record says which prompt it was."""
    code = "from extract import resources; print(resources.prompts())"
    folder = Path(run(installed / "python", "-c", code, cwd=installed).strip())
    ours = {path.name: path.read_bytes() for path in resources.prompts().iterdir()}
    assert ours == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_types_ship(installed: Path) -> None:
    """A type checker reads the package of whoever installs it."""
    code = "import extract; print(extract.__path__[0])"
    home = Path(run(installed / "python", "-c", code, cwd=installed).strip())
    assert (home / "py.typed").is_file()
