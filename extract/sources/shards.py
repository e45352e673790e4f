"""Shards: the parts of one input that several processes or machines read, each in its own folder.

The text of a page decides its shard, as it stands in the input: equal texts are in one shard, and a
page is read (decoded, cleaned, cut into lines) only by the process whose shard it is in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Self

from extract.errors import InputError
from extract.sources.paths import RawDocument, Unreadable
from extract.text.document import LARGEST

__all__ = ["Shard", "ShardPages"]

Raw = RawDocument | Unreadable
"""A page that is not read yet, or that cannot be."""

_FORM = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` parts of an input; `number` counts from 1."""

    number: int
    of: int

    @classmethod
    def named(cls, text: str) -> Self:
        """Return the shard that a text such as "3/16" names.

        Raises InputError if it names none.

        >>> Shard.named("3/16")
        Shard(number=3, of=16)
        """
        form = _FORM.fullmatch(text.strip())
        if form is None or not 1 <= int(form[1]) <= int(form[2]):
            raise InputError(f"invalid shard {text!r}: write K/N, from 1/16 to 16/16 for 16 shards")
        return cls(int(form[1]), int(form[2]))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(slots=True)
class ShardPages:
    """Chooses the pages of one shard, and sums up all pages of the input.

    `pages` counts them. `digest` is that of all their texts in their order: the shards of one input
    have the same.
    """

    shard: Shard
    pages: int = 0
    _all: blake2b = field(default_factory=lambda: blake2b(digest_size=16))

    def takes(self, content: str | bytes) -> bool:
        """Return whether the next page of the input is in the shard."""
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogatepass")
        digest = sha256(content).digest()
        self._all.update(digest)
        self.pages += 1
        return int.from_bytes(digest[:8]) % self.shard.of == self.shard.number - 1

    def of(self, raw: Iterable[Raw]) -> Iterator[Raw | None]:
        """Yield the pages of the shard, and a None before each page of the whole input."""
        for page in raw:
            yield None
            if self.takes(_content(page)):
                yield page

    @property
    def digest(self) -> str:
        """The digest of all pages so far."""
        return self._all.hexdigest()


def _content(page: Raw) -> str | bytes:
    """Return what decides the shard of a page: its text; its id if that cannot be read."""
    if isinstance(page, Unreadable):
        return page.id
    if not isinstance(page.content, Path):
        return page.content
    try:
        with page.content.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError:
        return page.id
