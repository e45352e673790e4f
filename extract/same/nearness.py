"""Near text: MinHash signatures of the long fields, as keys that near copies have in common.

The signatures are rensa's. A signature of 128 numbers is cut into 32 bands of four; two texts of
which half the shingles are common share a band in 87 of 100 cases, of a fifth in 5 (Leskovec,
Rajaraman and Ullman, Mining of Massive Datasets, 3.4). Only the bands are kept, 256 bytes a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from extract.errors import InputError
from extract.kinds.places.folded_names import fold
from extract.late import late
from extract.lexicon.files import UNSPACED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = late("numpy")

__all__ = ["BANDS", "bands", "shingles"]

BANDS = 32
_ROWS = 4
_SEED = 20270101
_WORDS = 3
"""Words of a shingle; in a script without spaces, letters."""
_MOST = 2000
"""Shingles of one row that are looked at: no posting has more, hostile rows may."""
_MIX = 0x9E3779B97F4A7C15
"""The odd number nearest to 2**64 divided by the golden ratio, which spreads a product's bits."""


def shingles(lines: Iterable[str]) -> list[str]:
    """Return every run of three words, line by line: the order of lines does not count.

    >>> shingles(["Run the deck oven", "素早く"])
    ['run the deck', 'the deck oven', '素 早 く']
    """
    found: dict[str, None] = {}
    for line in lines:
        spaced = UNSPACED.sub(lambda letter: f" {letter[0]} ", fold(line))
        words = [word.strip(".,;:!?()[]\"'•*") for word in spaced.split()]
        words = [word for word in words if word]
        for at in range(max(1, len(words) - _WORDS + 1)):
            found[" ".join(words[at : at + _WORDS])] = None
        if len(found) >= _MOST:
            break
    found.pop("", None)
    return list(found)[:_MOST]


def bands(texts: Sequence[Sequence[str]]) -> NDArray[np.uint64]:
    """Return the band keys of texts, given as their shingles; a row of zeros for an empty text.

    Raises InputError if numpy or rensa is not installed.
    """
    digests = _minhash().digests_from_token_sets(texts, num_perm=BANDS * _ROWS, seed=_SEED)
    parts = np.asarray(digests, dtype=np.uint64).reshape(len(texts), BANDS, _ROWS)
    keys = np.zeros((len(texts), BANDS), dtype=np.uint64)
    for row in range(_ROWS):
        keys = (keys ^ parts[:, :, row]) * np.uint64(_MIX)
        keys ^= keys >> np.uint64(29)
    keys[[not text for text in texts]] = 0
    return keys


def _minhash() -> Any:
    try:
        import numpy as _  # noqa: F401, ICN001, PLC0415 - an extra
        from rensa import RMinHash  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InputError(
            "finding the same job again needs numpy and rensa: pip install 'postings[same]'"
        ) from error
    return RMinHash
