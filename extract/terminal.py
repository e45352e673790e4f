"""What reaches a terminal: text made safe to print, and the progress of a run on stderr.

At a terminal progress is drawn in place and disappears; anywhere else it is plain lines, one for
each document. Tables go to stdout and progress to stderr, which are often the same screen: the
drawing is taken away while a table is printed.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

__all__ = ["DrawnProgress", "PlainProgress", "Progress", "clean", "progress_on"]

_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    r"""Return text that is safe on one line of a terminal.

    Terminal escapes, control characters and the controls of writing direction are removed, white
    space becomes single spaces, and what cannot be encoded becomes U+FFFD.

    >>> clean("pay\x1b[31m\x07 rise\n\u202e2%")
    'pay rise 2%'
    """
    visible = _UNSEEN.sub(lambda found: " " if found[0].isspace() else "", _ESCAPE.sub("", text))
    return _SURROGATE.sub("\ufffd", " ".join(visible.split()))


class Progress(Protocol):
    """What a person sees of a run that takes a while."""

    def bytes(self, done: int, total: int, what: str) -> None:
        """Say how much of a file is done."""

    def start(self, what: str, total: int | None) -> None:
        """Say what is waited for, and how many documents there are, where that is known."""

    def reading(self, name: str) -> None:
        """Say which document is being read."""

    def waiting(self, what: str) -> None:
        """Say what all documents wait for."""

    def done(self, name: str, outcome: str) -> None:
        """Say what came of one document."""

    def show(self, renderable: RenderableType) -> None:
        """Print a renderable to stdout."""

    def say(self, line: str) -> None:
        """Print a line that stays."""

    def close(self) -> None:
        """Take away what was drawn."""


def progress_on(stream: TextIO | None) -> Progress:
    """Return the progress that suits a stream: drawn at a terminal, else plain lines.

    `stream` is None if the process was started without one: then nothing is shown.
    """
    return (
        DrawnProgress(stream) if stream is not None and stream.isatty() else PlainProgress(stream)
    )


@dataclass
class PlainProgress:
    """Progress as lines of text. A run goes on if they cannot be printed."""

    stream: TextIO | None
    _total: int | None = None
    _count: int = 0
    _what: str = ""

    def bytes(self, done: int, total: int, what: str) -> None:
        """Print a line when something new begins."""
        if what != self._what:
            self._what = what
            self.say(f"{what} ({_size(total)})")

    def start(self, what: str, total: int | None) -> None:
        """Print what is waited for."""
        self._total, self._count = total, 0
        self.say(what)

    def reading(self, name: str) -> None:
        """Print nothing: a document has one line, when it is done."""

    def waiting(self, what: str) -> None:
        """Print nothing: it changes often."""

    def done(self, name: str, outcome: str) -> None:
        """Print the document's line."""
        self._count += 1
        of = f"{self._count}/{self._total}" if self._total else f"{self._count}"
        self.say(f"{of} {clean(name)}: {clean(outcome)}")

    def show(self, renderable: RenderableType) -> None:
        """Print to stdout."""
        _print(renderable)

    def say(self, line: str) -> None:
        """Print one line."""
        if self.stream is not None:
            with suppress(OSError):
                print(clean(line), file=self.stream, flush=True)

    def close(self) -> None:
        """Leave the lines where they are."""


@dataclass
class DrawnProgress:
    """Progress drawn in place, on the last line of a terminal."""

    stream: TextIO
    _bar: Bar = field(init=False)
    _task: TaskID | None = None

    def __post_init__(self) -> None:
        self._bar = Bar(
            SpinnerColumn(),
            # Without markup: a document's name is other people's text.
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[amount]}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=self.stream),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def bytes(self, done: int, total: int, what: str) -> None:
        """Draw a bar of bytes."""
        self._draw(what, total, done, f"{_size(done)} of {_size(total)}")

    def start(self, what: str, total: int | None) -> None:
        """Draw what is waited for, and from now on a bar of documents."""
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None
        self._draw(what, total, 0, f"0/{total}" if total else "")

    def reading(self, name: str) -> None:
        """Draw the name of the document."""
        if self._task is not None:
            self._bar.update(self._task, description=f"reading {clean(name)}"[:60])

    def waiting(self, what: str) -> None:
        """Draw it in the place of a document's name."""
        if self._task is not None:
            self._bar.update(self._task, description=clean(what)[:60])

    def done(self, name: str, outcome: str) -> None:
        """Count the document."""
        if self._task is None:
            return
        task = next(t for t in self._bar.tasks if t.id == self._task)
        count = int(task.completed) + 1
        amount = f"{count}/{int(task.total)}" if task.total else f"{count}"
        self._bar.update(self._task, completed=count, amount=amount)

    def show(self, renderable: RenderableType) -> None:
        """Print to stdout, with the drawing out of the way."""
        self._bar.stop()
        _print(renderable)
        self._bar.start()

    def say(self, line: str) -> None:
        """Print a line above the drawing."""
        self._bar.console.print(Text(clean(line)), soft_wrap=True)

    def close(self) -> None:
        """Take the drawing away."""
        self._bar.stop()

    def _draw(self, what: str, total: int | None, done: int, amount: str) -> None:
        if self._task is None:
            self._task = self._bar.add_task(what, total=total, completed=done, amount=amount)
            self._bar.start()
        else:
            self._bar.update(
                self._task, description=what, total=total, completed=done, amount=amount
            )


def _print(renderable: RenderableType) -> None:
    Console(file=sys.stdout, highlight=False).print(renderable)


def _size(count: int) -> str:
    """Say a number of bytes.

    >>> _size(1_117_320_768), _size(2_500)
    ('1.1 GB', '2.5 kB')
    """
    size, unit, step = float(count), "bytes", 1000
    for larger in ("kB", "MB", "GB"):
        if size < step:
            break
        size, unit = size / step, larger
    return f"{size:.0f} bytes" if unit == "bytes" else f"{size:.1f} {unit}"
