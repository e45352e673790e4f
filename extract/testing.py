"""A pytest plugin: test your prompts and schemas on recorded answers of your model.

    def test_baker(postings):
        record = postings("Baker, Leeds. £14.50 an hour.", id="baker")
        assert record.posting.salary.min == 14.5

The answers stand in `cassettes/<test module>/<id>.yaml` beside your `pytest` root, and are played
without a model. `pytest --postings-record missing` asks the model for what is missing or changed,
`all` for everything; `--postings-model` and `--postings-base-url` say which model. A recording
that no test of its module asks for fails the module.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from anyio.from_thread import start_blocking_portal

from extract.api import LOCAL, document_of, opened
from extract.cassettes import Mode, Recordings
from extract.model import Model
from extract.posting import Posting
from extract.record import Record
from extract.values import Document

__all__ = ["PLAYED", "Read"]

PLAYED: pytest.StashKey[list[int]] = pytest.StashKey()
"""Where a session counts the answers played, one number for each set of recordings."""

_MODES: dict[str | None, Mode] = {None: "replay", "missing": "record", "all": "all"}


class Read(Protocol):
    """Read a document with recorded answers; `id` names its recording."""

    def __call__(
        self,
        source: str | bytes | Path | Document,
        schema: type[Any] = Posting,
        *,
        id: str,  # noqa: A002 - the record's own word
        prompt: str | Path | None = None,
    ) -> Record[Any]:
        """Return the record. Raises CassetteMissError where nothing recorded answers."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that record and that say which model."""
    group = parser.getgroup("postings", "recorded answers of a language model")
    group.addoption("--postings-record", choices=["missing", "all"], help="ask the model, and keep")
    group.addoption("--postings-model", default=LOCAL, help="the model; default: %(default)s")
    group.addoption("--postings-base-url", help="where it is served")


def pytest_configure(config: pytest.Config) -> None:
    """Start counting the answers played."""
    config.stash[PLAYED] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many answers were played."""
    played: list[int] = terminalreporter.config.stash[PLAYED]
    if sum(played):
        terminalreporter.write_line(f"postings: {sum(played)} recorded answers replayed")


@pytest.fixture(scope="module")
def postings_recordings(request: pytest.FixtureRequest) -> Iterator[Recordings]:
    """Return the recordings of a test module; fails where one of them is not asked for."""
    module = Path(request.path).stem
    record = request.config.getoption("--postings-record")
    again = f"pytest {request.path.name} --postings-record missing"
    recordings = Recordings(
        request.config.rootpath / "cassettes" / module, _MODES[record], f"record it: {again}"
    )
    yield recordings
    request.config.stash[PLAYED].append(len(recordings.played))
    orphans = recordings.orphans([*recordings.played, *recordings.recorded])
    if orphans and _whole(request):
        named = ", ".join(map(str, orphans))
        pytest.fail(f"no test asks for these recordings: {named}; delete them")


@pytest.fixture
def postings(request: pytest.FixtureRequest, postings_recordings: Recordings) -> Read:
    """Return a function that reads a document with recorded answers."""
    name = request.config.getoption("--postings-model")
    base_url = request.config.getoption("--postings-base-url")
    model = Model(name, base_url, "none") if base_url else name

    def read(
        source: str | bytes | Path | Document,
        schema: type[Any] = Posting,
        *,
        id: str,  # noqa: A002 - the record's own word
        prompt: str | Path | None = None,
    ) -> Record[Any]:
        document = document_of(source, id=id)

        async def one() -> Record[Any]:
            async with opened(
                schema, model=model, prompt=prompt, recordings=postings_recordings
            ) as extractor:
                return await extractor.read(document)

        with start_blocking_portal() as portal:
            return portal.call(one)

    return read


def _whole(request: pytest.FixtureRequest) -> bool:
    """Tell whether all tests of the module were chosen: only then can a recording be orphaned."""
    config = request.config
    chosen = config.getoption("keyword") or config.getoption("markexpr")
    return not chosen and not any("::" in str(arg) for arg in config.args)
