"""Whether words stand in an address, where they say nothing of the job: "…/jobs?type=remote"."""

from __future__ import annotations

import re

__all__ = ["in_link"]

_REACH = 300
_LINK = re.compile(r"(?:https?://|www\.)[^\s\"'<>]*\Z", re.IGNORECASE)


def in_link(text: str, at: int, floor: int = 0) -> bool:
    """Tell whether the characters at `at` are part of an address; none before `floor` is read.

    >>> in_link("https://oven.example/jobs/remote", 26), in_link("oven.example is remote", 16)
    (True, False)
    """
    return _LINK.search(text, max(floor, at - _REACH), at) is not None
