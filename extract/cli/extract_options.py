"""The options of `postings extract` that no other command has, panel by panel."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import typer

from extract.cli.model_options import LOCAL
from extract.cli.panels import option
from extract.cli.price_options import MaxCost, MaxTotalTokens, PriceIn, PriceOut, price_of_both

if TYPE_CHECKING:
    from extract.runs.job import Input
    from extract.runs.traffic import Traffic
    from extract.sources.row_files import RowFormat

__all__ = ["InputOptions", "PaceOptions", "RunOptions"]

_OLD_CAP = (
    "postings: --max-tokens is now --max-total-tokens (--answer-tokens limits one answer); the old "
    "name goes away with the next release"
)


class RowFormatChoice(StrEnum):
    """How the files that are given are read."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class InputOptions:
    """How the input is read."""

    panel: ClassVar = "Input"

    format: Annotated[
        RowFormatChoice | None,
        option(
            "Read every PATH as rows: jsonl, csv or parquet; by default the suffix decides.",
            "--input",
        ),
    ] = None
    text_column: Annotated[
        list[str] | None, option('Where rows hold the text; else "text", "html", …', metavar="NAME")
    ] = None
    id_column: Annotated[
        str | None, option('Where rows hold the id; else "id" or "url".', metavar="NAME")
    ] = None
    shard: Annotated[
        str | None,
        option("Read only part K of N, chosen by the text; needs --run.", metavar="K/N"),
    ] = None

    def of(self, paths: list[str]) -> Input:
        """Return the input that is to be read."""
        from extract.runs.job import Input  # noqa: PLC0415 - see extract.cli
        from extract.sources.shards import Shard  # noqa: PLC0415

        rows: RowFormat | None = self.format.value if self.format is not None else None
        shard = None if self.shard is None else Shard.named(self.shard)
        return Input(tuple(paths), rows, tuple(self.text_column or ()), self.id_column, shard)


@dataclass(frozen=True, slots=True)
class PaceOptions:
    """How fast the model is asked, and up to what cost."""

    panel: ClassVar = "Pace and caps"

    concurrency: Annotated[
        int | None,
        option("How many documents to read at once; 1 if not given.", metavar="N", min=1),
    ] = None
    workers: Annotated[
        int | None,
        option(
            "Read and ground in N processes; by default as many as a large run keeps busy.",
            metavar="N",
            min=1,
        ),
    ] = None
    max_total_tokens: MaxTotalTokens = None
    max_tokens: Annotated[int | None, typer.Option(min=1, hidden=True)] = None
    max_cost: MaxCost = None
    price_in: PriceIn = None
    price_out: PriceOut = None
    requests_per_minute: Annotated[
        float | None, option("Send no more; else as headers say.", metavar="N", min=0.1)
    ] = None
    tokens_per_minute: Annotated[
        float | None, option("Use no more; else as headers say.", metavar="N", min=1)
    ] = None
    deadline: Annotated[
        float | None, option("Give up a document after this.", metavar="SECONDS", min=0)
    ] = None
    stop_after: Annotated[
        float | None, option("Begin no document after this.", metavar="SECONDS", min=0)
    ] = None

    def checked(self, _context: typer.Context) -> Self:
        """Take the old name of a cap. Raises BadParameter for an endless pace."""
        if math.inf in (self.requests_per_minute, self.tokens_per_minute):
            raise typer.BadParameter(
                "for no limit, do not give the option", param_hint="--…-per-minute"
            )
        if self.max_tokens is None:
            return self
        typer.echo(_OLD_CAP, err=True)
        return replace(self, max_total_tokens=self.max_total_tokens or self.max_tokens)

    def traffic(self, cache: Path | None) -> Traffic:
        """Return the traffic that the options allow. Raises BadParameter for one price alone."""
        from extract.runs.traffic import Traffic  # noqa: PLC0415 - see extract.cli

        return Traffic(
            requests_per_minute=self.requests_per_minute,
            tokens_per_minute=self.tokens_per_minute,
            max_total_tokens=self.max_total_tokens,
            max_cost=self.max_cost,
            price=price_of_both(self.price_in, self.price_out),
            seconds_per_document=self.deadline,
            seconds=self.stop_after,
            cache=cache,
        )


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a long run is kept, gone on with, and asked."""

    panel: ClassVar = "Long runs"

    run_folder: Annotated[
        Path | None,
        option(
            "Keep the run in DIR: killed or cut, the same command goes on with it.",
            "--run",
            metavar="DIR",
        ),
    ] = None
    retry_failed: Annotated[bool, option("Ask again what failed in --run.", "--retry-failed")] = (
        False
    )
    batch: Annotated[
        bool,
        option(
            "Ask by the provider's batches: half the price, within a day. Needs --run.", "--batch"
        ),
    ] = False
    cache: Annotated[
        Path | None, option("Keep answers in DIR, and use those kept.", metavar="DIR")
    ] = None
    dry_run: Annotated[bool, option("Ask nothing: estimate tokens and cost.", "--dry-run")] = False
    since: Annotated[
        Path | None,
        option(
            "Carry over the rows of the finished run in DIR whose text is the same.", metavar="DIR"
        ),
    ] = None
    changes: Annotated[
        Path | None,
        option("Write what is different from --since to FILE, as lines of JSON.", metavar="FILE"),
    ] = None

    def check(self, model: str, pace: PaceOptions, shard: str | None) -> None:
        """Refuse options that need a kept run, and what a provider's batches cannot do."""
        for flag, given in (
            ("--retry-failed", self.retry_failed),
            ("--batch", self.batch),
            ("--since", self.since),
            ("--shard", shard),
        ):
            if given and self.run_folder is None:
                raise typer.BadParameter(f"{flag} needs --run", param_hint=flag)
        if self.changes is not None and self.since is None:
            raise typer.BadParameter("--changes needs --since", param_hint="--changes")
        if self.changes is not None and shard is not None:
            raise typer.BadParameter(
                "a shard is not compared: join the shards, and give --changes to the whole run",
                param_hint="--changes, --shard",
            )
        if not self.batch:
            return
        if model == LOCAL:
            raise typer.BadParameter(
                "the embedded model takes no batches; name another with --model",
                param_hint="--batch",
            )
        for flag, value in (
            ("--requests-per-minute", pace.requests_per_minute),
            ("--deadline", pace.deadline),
            ("--tokens-per-minute", pace.tokens_per_minute),
        ):
            if value is not None:
                raise typer.BadParameter(
                    "the provider decides when a batch is answered", param_hint=f"{flag}, --batch"
                )
