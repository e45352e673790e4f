"""Everything that can go wrong, as one tree.

    PostingsError
    ├── InputError            a document, a row or a path that cannot be read
    ├── SchemaError           a Pydantic model that cannot be asked of a language model
    ├── PromptError           a template that is missing, malformed or wrongly filled
    ├── DialectError          a table of providers that is malformed, or a provider not in it
    ├── WeightsError          a model file that is missing, damaged or foreign
    ├── JournalError          a run directory that is damaged, in use, or another run's
    ├── BudgetError           the next request could pass a cap on tokens or cost
    ├── BatchError            a provider that takes no batches, or refused one
    ├── WorkerError           worker processes that cannot start, or end one after the other
    ├── DeadlineError         the time for a document, or for the run, is over
    ├── CassetteError         a recording that is damaged, foreign or unplayed
    │   ├── CassetteMissError no recording answers a request
    │   └── CassetteWriteError  a recording that cannot be kept
    └── ModelError            a call that gave no usable answer; carries the usage spent so far
        ├── TransientError    a fault that may pass: the request is sent again
        │   ├── TransportError   no connection, a timeout, 408, 409, a 5xx
        │   └── RateLimitError   the provider's rate limit is reached
        ├── AuthenticationError  the key is missing or refused
        ├── UnknownModelError    the server does not have the model
        ├── RequestError      the server refuses the request itself, whatever the document
        ├── ContextError      the document does not fit the model's context
        ├── RefusalError      the model declined to answer
        ├── TruncationError   the answer ran into the token limit
        └── ReplyError        the answer is not JSON, or not of the asked schema

A value that the text does not support is a *state* of its field, not an exception.
Messages say what was wrong, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.values import Usage

__all__ = [
    "AuthenticationError",
    "BatchError",
    "BudgetError",
    "CassetteError",
    "CassetteMissError",
    "CassetteWriteError",
    "ContextError",
    "DeadlineError",
    "DialectError",
    "InputError",
    "JournalError",
    "ModelError",
    "PostingsError",
    "PromptError",
    "RateLimitError",
    "RefusalError",
    "ReplyError",
    "RequestError",
    "SchemaError",
    "TransientError",
    "TransportError",
    "TruncationError",
    "UnknownModelError",
    "WeightsError",
    "WorkerError",
    "abridged",
    "toolkit_fault",
]


class PostingsError(Exception):
    """The base of all errors that the toolkit raises on purpose."""


class InputError(PostingsError):
    """A document, a row or a path that cannot be read."""


class SchemaError(PostingsError):
    """A Pydantic model that cannot be asked of a language model."""


class PromptError(PostingsError):
    """A prompt template that is missing, malformed or wrongly filled."""


class DialectError(PostingsError):
    """A table of providers that is malformed, or a provider that is not in it."""


class WeightsError(PostingsError):
    """A model file that is missing, damaged or foreign."""


class JournalError(PostingsError):
    """A run directory that is damaged, in use by another process, or another run's."""


class BudgetError(PostingsError):
    """A request was not sent because it could exceed the cap on tokens or cost."""


class BatchError(PostingsError):
    """The provider accepts no batches, refused one, or cannot find one; ends the run."""


class WorkerError(PostingsError):
    """Worker processes cannot start, or end one after the other; ends the run."""


class DeadlineError(PostingsError):
    """The time limit of a document or of the run has passed."""


class CassetteError(PostingsError):
    """A recording that is damaged, foreign, unplayed, or cannot be kept."""


class CassetteMissError(CassetteError):
    """No recording answers a request; the message shows the differences from the nearest one."""


class CassetteWriteError(CassetteError):
    """A recording that cannot be written: the disk is full, or the folder is read-only."""


class ModelError(PostingsError):
    """A model call that gave no usable answer; `usage` is what it cost."""

    def __init__(self, message: str, usage: Usage = Usage()) -> None:  # noqa: B008 - frozen
        super().__init__(message)
        self.usage = usage


class TransientError(ModelError):
    """A fault that may pass; `retry_after` is the wait in seconds that the provider asks for."""

    def __init__(
        self,
        message: str,
        usage: Usage = Usage(),  # noqa: B008 - frozen
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, usage)
        self.retry_after = retry_after


class TransportError(TransientError):
    """No connection, a timeout, a conflict, or a server fault (5xx)."""


class RateLimitError(TransientError):
    """The provider's rate limit is reached."""


class AuthenticationError(ModelError):
    """The key is missing or was refused."""


class UnknownModelError(ModelError):
    """The server does not have the model, or not at this address."""


class RequestError(ModelError):
    """The server refuses the request, and leaving out parameters does not help."""


class ContextError(ModelError):
    """The document and the prompt do not fit the model's context."""


class RefusalError(ModelError):
    """The model declined to answer."""


class TruncationError(ModelError):
    """The answer reached the token limit before it was complete.

    `reasoned` says that hidden reasoning used some of the tokens.
    """

    def __init__(
        self,
        message: str,
        usage: Usage = Usage(),  # noqa: B008 - frozen
        *,
        reasoned: bool = False,
    ) -> None:
        super().__init__(message, usage)
        self.reasoned = reasoned


class ReplyError(ModelError):
    """The answer is not JSON, or does not match the schema.

    `fault` says what is wrong, for the model to read; None if the model gave no answer.
    """

    def __init__(
        self,
        message: str,
        usage: Usage = Usage(),  # noqa: B008 - frozen
        fault: str | None = None,
    ) -> None:
        super().__init__(message, usage)
        self.fault = fault


def toolkit_fault(error: BaseException) -> str:
    """Return what is said of an error that no part of the toolkit raises on purpose."""
    return f"a fault of the toolkit, please report it: {type(error).__name__}: {error}"


def abridged(first: Sequence[str], count: int) -> str:
    """Return the first of `count` names for a message, and how many more there are.

    >>> abridged(["title", "company"], 5)
    'title, company and 3 more'
    """
    more = f" and {count - len(first)} more" if count > len(first) else ""
    return f"{', '.join(first)}{more}"
