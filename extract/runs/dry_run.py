"""The tokens and the cost of a run, estimated from a sample: no model is asked.

The prompts of the sample are made as they would be sent, and their bytes are counted. How many
tokens that is was measured on recordings of the embedded model: 3.6 bytes for a token read (3.5 to
3.8 over English and German pages), and 129 tokens written for a document; in open reading a strong
model wrote 245, estimated as a quarter of the characters. Another model's tokens differ by a
third; repairs and retries come on top.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from itertools import islice

from extract.asking import prompt as prompts
from extract.asking.extractor import Extractor
from extract.asking.schema import schema_of
from extract.models.client import Client, Model
from extract.models.local import DEFAULT
from extract.runs.ending import FINE, UNUSABLE
from extract.runs.job import ExtractJob, check_output
from extract.runs.prices import known_price
from extract.runs.summary import dollars
from extract.runs.traffic import Price
from extract.sources.paths import Unreadable
from extract.terminal import progress_on
from extract.values import Document, Reading, Usage

__all__ = ["Estimate", "dry_run", "estimate"]

_BYTES_FOR_A_TOKEN = 3.6
_WRITTEN: dict[Reading, int] = {"closed": 129, "open": 245}
_READ = 10_000
_SAMPLE = 50


@dataclass(frozen=True, slots=True)
class Estimate:
    """The tokens that `documents` documents would take, from a sample of `sample`."""

    documents: int
    sample: int
    usage: Usage
    price: Price | None = None
    at_least: bool = False

    def __str__(self) -> str:
        """Return the figures in one line.

        >>> str(Estimate(1000, 50, Usage(2_000_000, 129_000, 0, 1000), Price(0.25, 2.0)))
        'about 2,000,000 + 129,000 tokens for 1,000 documents (from 50 of them), $0.7580'
        """
        least = "at least " if self.at_least else ""
        tokens = (
            f"about {self.usage.prompt:,} + {self.usage.completion:,} tokens for "
            f"{least}{self.documents:,} documents (from {self.sample} of them)"
        )
        if self.price is None:
            return f"{tokens}; the model's price is not known: give --price-in and --price-out"
        return f"{tokens}, {dollars(self.price.of(self.usage))}"


def dry_run(job: ExtractJob) -> int:
    """Print the estimate of a job, and return the exit code."""
    progress = progress_on(sys.stderr)
    check_output(job)
    estimated = estimate(job)
    if estimated is None:
        faults = (one.error for one in job.input.documents() if isinstance(one, Unreadable))
        reason = next((f": {fault}" for fault in faults), "")
        progress.say(f"postings: there is no document to read{reason}")
        return UNUSABLE
    progress.say(f"postings: {estimated}")
    return FINE


def estimate(job: ExtractJob) -> Estimate | None:
    """Estimate the tokens and the cost of a job; None if it has no document.

    The sample is drawn evenly from the first 10,000 documents.
    """
    options = job.options
    model = options.model
    if isinstance(model, str):
        model = Model(DEFAULT.name, "http://127.0.0.1/v1", reading="closed")
    if options.way is not None:
        model = replace(model, reading=options.way)
    # Nothing is sent, so that no key is needed.
    client = Client(replace(model, api_key="none"))
    extractor = Extractor(
        client, schema_of(job.schema), prompts.load(options.prompt, model.reading)
    )
    sample, seen, everything = _sampled(job)
    if not sample:
        return None
    size = sum(
        len(message["content"].encode("utf-8", "replace"))
        for document in sample
        for message in extractor.messages(document)
    )
    whole = None if everything else job.input.count()
    count = max(seen, whole or 0)
    share = count / len(sample)
    prompt = round(size / _BYTES_FOR_A_TOKEN * share)
    return Estimate(
        count,
        len(sample),
        Usage(prompt, _WRITTEN[model.reading] * count, 0, count),
        options.traffic.price or known_price(model, batch=job.batch),
        at_least=not everything and whole is None,
    )


def _sampled(job: ExtractJob) -> tuple[list[Document], int, bool]:
    """Draw a sample by reservoir; return it, of how many documents it is, and if those are all."""
    choose, sample, seen = random.Random(0), list[Document](), 0  # noqa: S311 - a sample
    drawn = 0
    for document in islice(job.input.documents(), _READ):
        drawn += 1
        if not isinstance(document, Document):
            continue
        seen += 1
        if len(sample) < _SAMPLE:
            sample.append(document)
        elif (place := choose.randrange(seen)) < _SAMPLE:
            sample[place] = document
    return sample, seen, drawn < _READ
