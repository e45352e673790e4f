"""A pytest plugin: test your prompts and schemas on recorded answers of your model.

    def test_baker(postings):
        record = postings("Baker, Leeds. £14.50 an hour.", id="baker")
        assert record.posting.salary.min == 14.5

The answers stand in `cassettes/<test module>/<id>.yaml` beside your `pytest` root, and are played
without a model or a key, whichever model gave them. `pytest --postings-record missing` asks the
model for what is missing or changed, `all` for everything; `--postings-model`,
`--postings-base-url` and `--postings-provider` say which model. The key is that of OPENAI_API_KEY,
or of the provider's own variable. A recording that no test of its module asks for fails the module.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest
from anyio.from_thread import start_blocking_portal

from extract.api import document_of
from extract.models.cassettes import Mode, Recordings
from extract.models.dialects import Memory
from extract.models.endpoint import Model, as_recorded, learned
from extract.models.entra import NO_KEY, key_for
from extract.models.local import DEFAULT as EMBEDDED
from extract.posting import Posting
from extract.record import Record
from extract.runs.opening import LOCAL, opened
from extract.values import Document

__all__ = ["PLAYED", "Read"]

TAUGHT: pytest.StashKey[dict[str, Memory]] = pytest.StashKey()
"""What a session that records has learned about each model's endpoint."""

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
    group.addoption(
        "--postings-model", help="the model; default: the recording's own, else the embedded one"
    )
    group.addoption("--postings-base-url", help="where it is served")
    group.addoption("--postings-provider", help="whose endpoint it is, if its address does not say")


def pytest_configure(config: pytest.Config) -> None:
    """Start counting the answers played, and learning."""
    config.stash[PLAYED] = []
    config.stash[TAUGHT] = {}


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
    model = request.config.getoption("--postings-model")
    again = f"pytest {request.path.name} --postings-record missing"
    folder = request.config.rootpath / "cassettes" / module
    recordings = Recordings(folder, _MODES[record], f"record it: {again}{_named(folder, model)}")
    yield recordings
    request.config.stash[PLAYED].append(len(recordings.played))
    # What a test has read belongs to it, even if nothing recorded could answer.
    orphans = recordings.orphans(recordings.opened)
    if orphans and _whole(request):
        named = ", ".join(map(str, orphans))
        pytest.fail(f"no test asks for these recordings: {named}; delete them")


@pytest.fixture(scope="module")
def postings_ids() -> dict[str, tuple[str, ...]]:
    """Return what each id of a test module stands for, so that no id stands for two things."""
    return {}


@pytest.fixture
def postings(
    request: pytest.FixtureRequest,
    postings_recordings: Recordings,
    postings_ids: dict[str, tuple[str, ...]],
) -> Read:
    """Return a function that reads a document with recorded answers."""
    config = request.config

    def read(
        source: str | bytes | Path | Document,
        schema: type[Any] = Posting,
        *,
        id: str,  # noqa: A002 - the record's own word
        prompt: str | Path | None = None,
    ) -> Record[Any]:
        document = document_of(source, id=id)
        means = (document.sha256, schema.__qualname__, str(prompt))
        if postings_recordings.mode != "replay" and postings_ids.setdefault(id, means) != means:
            pytest.fail(f"id {id!r} stands for two documents in this module: use another id")
        model, memory = _asked(config, postings_recordings, id)

        async def one() -> Record[Any]:
            opening = opened(
                schema, model=model, prompt=prompt, recordings=postings_recordings, memory=memory
            )
            async with opening as extractor:
                return await extractor.read(document)

        with start_blocking_portal() as portal:
            return portal.call(one)

    return read


def _asked(config: pytest.Config, recordings: Recordings, case: str) -> tuple[str | Model, Memory]:
    """Return the model to ask or to play: that of the options, else that of the recording."""
    name = config.getoption("--postings-model")
    base_url = config.getoption("--postings-base-url")
    provider = config.getoption("--postings-provider")
    replay = recordings.mode == "replay"
    kept = recordings.about(case) if recordings.mode != "all" else {}
    of_another = kept.get("model", EMBEDDED.name) != EMBEDDED.name
    if replay and of_another and name is None and base_url is None:
        return as_recorded(kept), learned(kept)
    if name in {None, LOCAL} and base_url is None:
        return LOCAL, Memory()
    model = Model(name or LOCAL, base_url, NO_KEY, provider=provider)
    if replay:
        return model, learned(kept)
    if model.row is not None and model.row.name == "azure":
        model = replace(model, api_version=os.environ.get("OPENAI_API_VERSION"))
    key = key_for(model, os.environ, named=provider is not None)
    model = replace(model, api_key=key)
    if kept.get("model") == model.name:  # it may be played, and then as it was asked
        return model, learned(kept)
    return model, config.stash[TAUGHT].setdefault(model.where, Memory())


def _named(folder: Path, model: str | None) -> str:
    """Return the option that names the model, if recordings are not of the embedded one."""
    if model is not None:
        return f" --postings-model {model}"
    kept = Recordings(folder)
    models = {kept.about(case).get("model", EMBEDDED.name) for case in kept.files()}
    return " --postings-model {model}" if models - {EMBEDDED.name} else ""


def _whole(request: pytest.FixtureRequest) -> bool:
    """Return whether all tests of the module were chosen: only then can a recording be orphaned."""
    config = request.config
    chosen = config.getoption("keyword") or config.getoption("markexpr")
    return not chosen and not any("::" in str(arg) for arg in config.args)
