"""Run `postings eval DATASET --system A --system B …`: evaluate several systems, and rank them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import typer
from rich.console import Console

from evals.commands.compare_command import show_standings
from evals.commands.eval_options import CaseOptions, ScoreOptions
from evals.commands.named_systems import NamedSystem
from evals.commands.options import recorded_model
from evals.commands.system_setup import (
    Asking,
    examples_of,
    folder_for,
    shown_by,
    without_examples,
)
from evals.data.dataset import ChangedError
from evals.report.score_table import rendered
from evals.scoring import runlog
from evals.scoring.run_setup import RunSetup
from evals.scoring.runlog import RunLog
from evals.scoring.scored_run import CUT, EvalJob, carried_out, has_fault, partial
from extract.cli.model_options import LOCAL
from extract.errors import InputError, PostingsError
from extract.models.cassettes import Recordings
from extract.terminal import clean
from extract.whole_file import check_place

__all__ = ["side_by_side"]

FINE, SOME_FAILED, NOTHING_RUN = 0, 1, 2
_TO_COMPARE = 2


@dataclass(slots=True)
class _Outcomes:
    """What came of the systems, by name: run logs, and why others have none."""

    logs: dict[str, RunLog] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    kept: list[Path] = field(default_factory=list)

    def fail(self, name: str, error: Exception) -> None:
        """Note and print why a system is not scored."""
        self.missing[name] = str(error)
        print(f"{clean(name)}: not scored: {clean(str(error))}", file=sys.stderr)

    @property
    def whole(self) -> dict[str, RunLog]:
        """The logs that were not cut."""
        return {name: log for name, log in self.logs.items() if log.status == "complete"}


def side_by_side(
    systems: Sequence[NamedSystem], asking: Asking, cases: CaseOptions, scores: ScoreOptions
) -> int:
    """Evaluate systems one after the other, print and write how they compare; return the status.

    A system that cannot be run is named, and the others are scored. Each run log is written as soon
    as its system is done. Raises InputError or PromptError, before any model is asked, for files
    that cannot be used.
    """
    check_place(scores.html)
    _check_outputs(systems, asking, scores.output)
    systems = [_settled(system, asking) for system in systems]
    _check_recordings(systems, asking)
    found = _Outcomes()
    for system, bare, setup in _prepared(systems, asking, cases, found):
        job = replace(bare, output=scores.output and _log_of(system, scores.output))
        print(f"{clean(system.name)}:", file=sys.stderr)
        try:
            log = found.logs[system.name] = carried_out(job, setup, system.answers.concurrency)
        except PostingsError as error:
            found.fail(system.name, error)
            continue
        found.kept += [path] if (path := partial(job, setup)) else []
        if log.status == "cut":
            break
    return _reported(found, scores)


def _log_of(system: NamedSystem, folder: Path) -> Path:
    return folder / f"{system.name}.json"


def _check_outputs(systems: Sequence[NamedSystem], asking: Asking, folder: Path | None) -> None:
    """Make the folder of run logs. Raises InputError if a log would replace what is no such log."""
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; of several systems -o is a folder of run logs")
    check_place(folder)
    for path in (_log_of(system, folder) for system in systems):
        if path.exists() and (was := runlog.read(path).plan.dataset) != asking.loaded.name:
            raise InputError(
                f"{path}: a run over {was}, not over {asking.loaded.name}; name another folder"
            )
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror or error}") from error


def _settled(system: NamedSystem, asking: Asking) -> NamedSystem:
    """Ask a system live if nothing else is said and the recordings are of another model."""
    answers = system.answers
    if answers.live or answers.replay or answers.record or system.model.name == LOCAL:
        return system
    recorded = recorded_model(Recordings(folder_for(asking.dataset, system)))
    if recorded in {None, system.model.name}:
        return system
    return replace(system, answers=replace(answers, live=True))


def _check_recordings(systems: Sequence[NamedSystem], asking: Asking) -> None:
    """Raise InputError if two systems would record to one folder."""
    folders: dict[Path, NamedSystem] = {}
    for system in systems:
        if system.answers.record:
            other = folders.setdefault(folder_for(asking.dataset, system).resolve(), system)
            if other is not system:
                raise InputError(
                    f"{other.name} and {system.name} would record to one folder, "
                    f"{folder_for(asking.dataset, system)}: write cassettes = … in their files"
                )


def _prepared(
    systems: Sequence[NamedSystem], asking: Asking, cases: CaseOptions, found: _Outcomes
) -> list[tuple[NamedSystem, EvalJob, RunSetup]]:
    """Return what each system is asked, of the same cases; note those that cannot be asked."""
    ready: list[tuple[NamedSystem, RunSetup]] = []
    shown: set[str] = set()
    for system in systems:
        shown |= shown_by(system, ())
    for system in systems:
        try:
            examples = examples_of(asking.loaded, system)
            ready.append((system, asking.setup(system, examples)))
        except typer.BadParameter as error:
            found.fail(system.name, InputError(error.message))
        except PostingsError as error:
            found.fail(system.name, error)
        else:
            shown |= {each.sha256 for each in examples}
    read, held_out = without_examples(cases.of(asking.loaded), shown)
    return [
        (
            system,
            EvalJob(
                asking.loaded,
                read,
                cases.part,
                held_out=held_out,
                repeats=system.answers.repeats,
                name=system.name,
            ),
            setup,
        )
        for system, setup in ready
    ]


def _reported(found: _Outcomes, scores: ScoreOptions) -> int:
    whole = found.whole
    changed = {
        case.id
        for log in found.logs.values()
        for case in log.cases
        if case.error is not None and case.error.type == ChangedError.__name__
    }
    if changed:
        print(
            f"documents changed while the systems read them ({', '.join(sorted(changed))}), so the "
            "systems are not compared: run again",
            file=sys.stderr,
        )
    elif len(whole) >= _TO_COMPARE:
        show_standings(list(whole.values()), scores.html, found.missing)
    elif whole:
        Console().print(*map(rendered, whole.values()))
    if scores.html and (changed or len(whole) < _TO_COMPARE):
        print(f"{scores.html} was not written: no two systems can be compared", file=sys.stderr)
    if len(whole) < len(found.logs):
        return CUT
    if not whole:
        return NOTHING_RUN
    if found.missing or changed or any(map(has_fault, whole.values())):
        return SOME_FAILED
    for path in found.kept:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return FINE
