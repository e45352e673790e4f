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
    ├── DeadlineError         the time for a document, or for the run, is over
    ├── CassetteError         a recording that is damaged, foreign or unplayed
    │   ├── CassetteMissError no recording answers a request
    │   └── CassetteWriteError  a recording that cannot be kept
    └── ModelError            a call that gave no usable answer; carries the usage spent so far
        ├── TransportError    no connection, a timeout, 408, 409, a 5xx
        ├── AuthenticationError  the key is missing or refused
        ├── UnknownModelError    the server does not have the model
        ├── RateLimitError    refused for now; may be asked again later
        ├── RequestError      the server refuses the request itself, whatever the document
        ├── ContextError      the document does not fit the model's context
        ├── RefusalError      the model declined to answer
        ├── TruncationError   the answer ran into the token limit
        └── ReplyError        the answer is not JSON, or not of the asked schema

A value that the text does not support is a *state* of its field, never an exception.
Messages say what was wrong, where, and what to do about it.
"""

from __future__ import annotations

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
    "TransportError",
    "TruncationError",
    "UnknownModelError",
    "WeightsError",
    "toolkit_fault",
]


class PostingsError(Exception):
    """The root: catch this to catch everything the toolkit raises on purpose."""


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
    """The next request could pass a cap on tokens or cost, so it was not sent."""


class BatchError(PostingsError):
    """The provider takes no batches, refused one, or cannot be asked about one: it ends the run."""


class DeadlineError(PostingsError):
    """The time that a document or the run was given is over."""


class CassetteError(PostingsError):
    """A recording that is damaged, foreign, unplayed, or cannot be kept."""


class CassetteMissError(CassetteError):
    """No recording answers a request; says which is nearest and what differs."""


class CassetteWriteError(CassetteError):
    """A recording that cannot be kept: the disk is full, or the folder is read-only."""


class ModelError(PostingsError):
    """A model call that gave no usable answer; `usage` is what it cost all the same."""

    def __init__(self, message: str, usage: Usage = Usage()) -> None:  # noqa: B008 - frozen
        super().__init__(message)
        self.usage = usage


class TransportError(ModelError):
    """No connection, a timeout, a conflict, or a server fault (5xx); may be asked again."""


class AuthenticationError(ModelError):
    """The key is missing or was refused."""


class UnknownModelError(ModelError):
    """The server does not have the model, or not at this address."""


class RateLimitError(ModelError):
    """The provider refused for now; `retry_after` is the wait it asked for, in seconds."""

    def __init__(
        self,
        message: str,
        usage: Usage = Usage(),  # noqa: B008 - frozen
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, usage)
        self.retry_after = retry_after


class RequestError(ModelError):
    """The server refuses the request itself, and nothing that could be left out would mend it."""


class ContextError(ModelError):
    """The document and the prompt do not fit the model's context."""


class RefusalError(ModelError):
    """The model declined to answer."""


class TruncationError(ModelError):
    """The answer ran into the token limit before it was complete.

    `reasoned` says that hidden reasoning took tokens of the limit.
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
    """The answer is not JSON, or not of the schema that was asked for.

    `fault` says what is wrong in words for the model; None where no answer of a model came at all.
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
