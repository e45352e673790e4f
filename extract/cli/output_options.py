"""The options of `postings extract` about its output: files, and how sure a value must be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import typer

from extract.cli.panels import option

if TYPE_CHECKING:
    from extract.thresholds import Thresholds

__all__ = ["OutputFile", "OutputOptions"]

_FORM = "write FIELD=NUMBER, with a number from 0 to 1"


OutputFile = Annotated[
    Path | None,
    option(
        # The formats of extract.output, whose import would take long here.
        "Write rows to FILE: .jsonl, .json, .csv, .parquet or .jsonld.",
        "--output",
        "-o",
        metavar="FILE",
    ),
]


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """Where rows and events are written, and which values are sure enough for it."""

    panel: ClassVar = "Output"

    output: OutputFile = None
    log: Annotated[
        Path | None, option("Append what happens to FILE, a JSON line an event.", metavar="FILE")
    ] = None
    thresholds_file: Annotated[
        Path | None,
        option(
            "Take out values below the thresholds of `postings eval guarantee`.",
            "--thresholds",
            metavar="FILE",
        ),
    ] = None
    min_confidence: Annotated[
        list[str] | None,
        option("Take out values of FIELD below this; can be repeated.", metavar="FIELD=NUMBER"),
    ] = None
    review: Annotated[
        Path | None,
        option("Write rows with such values whole, for `postings label`.", metavar="FILE.jsonl"),
    ] = None

    def checked(self, _context: typer.Context) -> Self:
        """Raise BadParameter for a --min-confidence not FIELD=NUMBER, or --review alone."""
        if self.review is not None and self.thresholds_file is None and not self.min_confidence:
            raise typer.BadParameter(
                "--review needs --thresholds or --min-confidence", param_hint="--review"
            )
        self._by_field()
        return self

    def thresholds(self) -> Thresholds | None:
        """Return the thresholds, if any are given. Raises InputError if the file cannot be used."""
        from extract.thresholds import Thresholds  # noqa: PLC0415 - see extract.cli

        if self.thresholds_file is not None:
            return Thresholds.read(self.thresholds_file).with_least(self._by_field())
        own = self._by_field()
        return Thresholds(own, source="--min-confidence") if own else None

    def _by_field(self) -> dict[str, float]:
        least = {}
        for words in self.min_confidence or ():
            name, _, number = words.partition("=")
            try:
                least[name] = float(number)
            except ValueError:
                least[name] = -1
            if not name or not 0 <= least[name] <= 1:
                raise typer.BadParameter(f"{words!r}: {_FORM}", param_hint="--min-confidence")
        return least
