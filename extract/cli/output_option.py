"""Where rows are written, as an option of several commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from extract.cli.panels import option

__all__ = ["OutputFile"]

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
