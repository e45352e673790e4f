"""Keys of structured data that name the days on which a posting is shown: `startDate`, `endDate`.

Applicant tracking systems call them so beside each other (Workday's jobPostingInfo, USAJOBS'
PositionStartDate and PositionEndDate). In prose, and in the part of a record that describes the
contract, the same words mean the job.
"""

from __future__ import annotations

import re

__all__ = ["shown_by_key"]

_KEY = re.compile(
    r"(?<!\w)(?P<path>(?:\w{1,40}\.){0,8})"
    r"(?P<stem>(?:job)?[Pp]osition|(?:job_?)?[Pp]osting|[Pp]ublication|[Aa]dvert|[Ll]isting|)_?"
    r"(?P<edge>[Ss]tart|[Ee]nd)(?:_d|D)ate[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?\Z"
)
_OF_THE_JOB = re.compile(
    r"(?:^|\.|_)(?:\w*contract\w*|employment|assignment|project|season|course|term|period|event)\.",
    re.IGNORECASE,
)
# Further keys of the only record that calls the day it was put up `startDate` alone: Workday's.
_WORKDAY = re.compile(r"(?<!\w)(?:timeType|jobReqId|jobPostingId|jobPostingSiteId)\W{0,3}[:=]")
# Public pages label the days so; of a contract the same words are its own.
_END_LABEL = re.compile(
    r"(?:^|\n)\W{0,4}(?P<label>begin|end)(?:ning|ing)? date\W{0,6}\Z", re.IGNORECASE
)
_OPENED = re.compile(
    r"(?<!\w)(?:open(?:ing|ed)?|begin(?:ning)?|posting|posted) date\b", re.IGNORECASE
)
_STARTED = re.compile(r"(?<!\w)start(?:ing)? date\b", re.IGNORECASE)
_REACH = 200
_PUBLISHED = re.compile(
    r"(?<![^\W_])(?:publication_?start_?date|application_?close_?date)\b", re.IGNORECASE
)


def shown_by_key(text: str, start: int) -> str | None:
    r"""Say what a date at `start` is by its key: "posted", "closes", or "other"; None if no key.

    >>> text = "startDate: 2027-01-11\nendDate: 2027-04-01"
    >>> shown_by_key(text, 11), shown_by_key(text, 31), shown_by_key("Start date: 2027", 12)
    ('posted', 'closes', None)
    """
    found = _KEY.search(text, max(0, start - _REACH), start)
    if found is None:
        return _shown_by_label(text, start)
    if _OF_THE_JOB.search(found["path"]):
        return None
    edge = found["edge"].casefold()
    other = "end" if edge == "start" else "start"
    stem = re.escape(found["path"] + found["stem"])
    partner = re.compile(rf"(?<!\w){stem}_?{other}_?date[\"']?\s{{0,3}}[:=]", re.IGNORECASE)
    if partner.search(text) or (found["stem"] == "" and edge == "start" and _WORKDAY.search(text)):
        return "posted" if edge == "start" else "closes"
    return (
        "other"
        if found["stem"].casefold().endswith("position") and _PUBLISHED.search(text)
        else None
    )


def _shown_by_label(text: str, start: int) -> str | None:
    """Say what a date behind "Begin Date" or "End Date" is, on a page that says when it opened."""
    found = _END_LABEL.search(text, max(0, start - _REACH), start)
    if found is None or _STARTED.search(text) or _OPENED.search(text) is None:
        return None
    return "posted" if found["label"].casefold() == "begin" else "closes"
