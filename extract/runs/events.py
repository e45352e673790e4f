"""The events of a run that are logged: begun, a document done or failed, a cap reached, ended."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from extract import log
from extract.asking.extractor import Extractor
from extract.record import Failure, Record
from extract.runs.budget import Budget
from extract.runs.request_gate import RequestGate
from extract.values import Usage

__all__ = ["begun", "cap_reached", "ended", "finished"]


def begun(extractor: Extractor[Any], concurrency: int) -> None:
    """Log with what a run reads its documents."""
    host, port = extractor.client.address
    log.event(
        "run begun",
        model=extractor.client.model.name,
        server_address=host,
        server_port=port,
        prompt=extractor.prompt.name,
        prompt_sha256=extractor.prompt.sha256,
        schema=extractor.schema.model.__name__,
        schema_sha256=extractor.schema.sha256,
        concurrency=concurrency,
    )


def finished(row: Record[Any] | Failure, seconds: float | None = None) -> None:
    """Log that a document is done, or failed. `seconds` is None if no model was asked."""
    of: dict[str, Any] = {"document": row.id, "source": row.source}
    took: dict[str, Any] = {} if seconds is None else {"seconds": round(seconds, 3)}
    if isinstance(row, Failure):
        log.event("document failed", logging.ERROR, **of, error=row.error, **_of(row.usage), **took)
        return
    log.event(
        "document done",
        **of,
        text_sha256=row.provenance.document_sha256,
        is_posting=row.is_posting,
        fields=row.found,
        **_of(row.provenance.usage),
        **took,
    )


def cap_reached(budget: Budget) -> None:
    """Log that the next request could exceed a cap: the spending so far, and the caps."""
    log.event(
        "cap reached",
        logging.WARNING,
        tokens=budget.spent.tokens,
        max_tokens=budget.max_tokens,
        cost=_cost(budget, budget.spent),
        max_cost=budget.max_cost,
    )


def ended(how: str, rows: Mapping[str, int], gate: RequestGate, seconds: float) -> None:
    """Log what a run came to. `rows` counts its records, under "", and its failures by error."""
    log.event(
        "run ended",
        how=how,
        records=rows.get("", 0),
        failures={error: count for error, count in rows.items() if error},
        **_of(gate.reported),
        cost=_cost(gate.budget, gate.reported),
        seconds=round(seconds, 3),
    )


def _cost(budget: Budget, usage: Usage) -> float | None:
    return None if budget.price is None else budget.price.of(usage)


def _of(usage: Usage) -> dict[str, int]:
    return {
        "requests": usage.calls,
        "input_tokens": usage.prompt,
        "output_tokens": usage.completion,
        "cached_tokens": usage.cached,
    }
