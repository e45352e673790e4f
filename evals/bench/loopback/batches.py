"""The Batch API: files up, a job that takes its time, files down.

As published: lines that got a response other than 200, or none, are in the error file; the
output's order is not the input's; a job that is cancelled or that expires keeps what it has done.
Files and jobs live as long as the server.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web

from evals.bench.loopback.batch_jobs import (
    ENDPOINT,
    OPEN,
    Answered,
    ServedBatch,
    Terms,
    full,
    lines_of,
    work,
)
from evals.bench.loopback.chat import refusal
from evals.bench.loopback.misbehaviour import FaultPlan

__all__ = ["Batches"]


@dataclass(slots=True)
class _UploadedFile:
    about: dict[str, Any]
    content: bytes


@dataclass(slots=True)
class Batches:
    """The jobs and files of one server. `answered` answers one request."""

    plan: FaultPlan
    terms: Terms
    answered: Answered
    _files: dict[str, _UploadedFile] = field(default_factory=dict)
    _jobs: dict[str, ServedBatch] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def routes(self) -> list[web.RouteDef]:
        """Return the routes that these answer."""
        return [
            web.post("/v1/files", self._upload),
            web.get("/v1/files", self._all_files),
            web.get("/v1/files/{id}", self._file),
            web.delete("/v1/files/{id}", self._forget),
            web.get("/v1/files/{id}/content", self._content),
            web.post("/v1/batches", self._create),
            web.get("/v1/batches", self._all_jobs),
            web.get("/v1/batches/{id}", self._job),
            web.post("/v1/batches/{id}/cancel", self._cancel),
        ]

    async def stop(self, _: web.Application) -> None:
        """Leave all jobs where they are."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        given, purpose = form.get("file"), form.get("purpose")
        if not isinstance(given, web.FileField) or not isinstance(purpose, str):
            return _refused(400, "'file' and 'purpose' are required.")
        with given.file as file:
            return web.json_response(self._keep(file.read(), given.filename, purpose))

    async def _all_files(self, _: web.Request) -> web.Response:
        return _list([file.about for file in self._files.values()])

    async def _file(self, request: web.Request) -> web.Response:
        file = self._files.get(request.match_info["id"])
        return web.json_response(file.about) if file else _refused(404, "No such File object.")

    async def _forget(self, request: web.Request) -> web.Response:
        file = self._files.pop(request.match_info["id"], None)
        if file is None:
            return _refused(404, "No such File object.")
        return web.json_response({"id": file.about["id"], "object": "file", "deleted": True})

    async def _content(self, request: web.Request) -> web.Response:
        file = self._files.get(request.match_info["id"])
        if file is None:
            return _refused(404, "No such File object.")
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if asked.get("endpoint") != ENDPOINT or asked.get("completion_window") != "24h":
            return _refused(400, f"'endpoint' must be {ENDPOINT}, 'completion_window' 24h.")
        file = self._files.get(asked.get("input_file_id", ""))
        if file is None or file.about["purpose"] != "batch":
            return _refused(400, "No file of purpose 'batch' has this 'input_file_id'.")
        now = time.time()
        about: dict[str, Any] = {
            "id": f"batch_{next(self._numbers):08}",
            "object": "batch",
            "endpoint": ENDPOINT,
            "errors": None,
            "input_file_id": file.about["id"],
            "completion_window": "24h",
            "status": "validating",
            "output_file_id": None,
            "error_file_id": None,
            "created_at": int(now),
            "expires_at": int(now + self.terms.window),
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
            "metadata": asked.get("metadata"),
        }
        job = self._jobs[about["id"]] = ServedBatch(about, time.monotonic() + self.terms.window)
        task = asyncio.create_task(self._run(job, file.content))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.json_response(about)

    async def _all_jobs(self, request: web.Request) -> web.Response:
        newest = [job.about for job in reversed(self._jobs.values())]
        return _list(newest, request.query.get("after"), int(request.query.get("limit", "20")))

    async def _job(self, request: web.Request) -> web.Response:
        job = self._jobs.get(request.match_info["id"])
        return web.json_response(job.about) if job else _refused(404, "No such Batch object.")

    async def _cancel(self, request: web.Request) -> web.Response:
        job = self._jobs.get(request.match_info["id"])
        if job is None:
            return _refused(404, "No such Batch object.")
        if job.about["status"] not in OPEN:
            return _refused(409, f"A batch that is {job.about['status']} cannot be cancelled.")
        job.cancelled = True
        job.enter("cancelling")
        return web.json_response(job.about)

    async def _run(self, job: ServedBatch, content: bytes) -> None:
        await asyncio.sleep(self.terms.stage)
        lines, faults = lines_of(content, self.terms)
        if not faults:
            others = sum(one.enqueued for one in self._jobs.values())
            job.enqueued, faults = full(lines, others, self.terms)
        if faults:
            job.enqueued = 0
            job.about["errors"] = {"object": "list", "data": faults}
            job.enter("failed")
            return
        output, errors, ended = await work(job, lines, self.answered, self.terms, self.plan.seed)
        if ended == "completed":
            job.enter("finalizing")
            await asyncio.sleep(self.terms.stage)
        for name, rows in (("output", output), ("error", errors)):
            if rows:
                told = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
                kept = self._keep(told.encode(), f"{job.about['id']}.jsonl", "batch_output")
                job.about[f"{name}_file_id"] = kept["id"]
        job.enqueued = 0
        job.enter(ended)

    def _keep(self, content: bytes, name: str, purpose: str) -> dict[str, Any]:
        about: dict[str, Any] = {
            "id": f"file-{next(self._numbers):08}",
            "object": "file",
            "bytes": len(content),
            "created_at": int(time.time()),
            "filename": name,
            "purpose": purpose,
            "status": "processed",
        }
        self._files[about["id"]] = _UploadedFile(about, content)
        return about


def _list(
    data: list[dict[str, Any]], after: str | None = None, limit: int | None = None
) -> web.Response:
    ids = [one["id"] for one in data]
    start = ids.index(after) + 1 if after in ids else 0
    page = data[start:][:limit]
    ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {}
    more = start + len(page) < len(data)
    return web.json_response({"object": "list", "data": page, "has_more": more, **ends})


def _refused(status: int, message: str) -> web.Response:
    answer = refusal(status, "invalid_request_error", message)
    return web.Response(status=status, body=answer.body, content_type="application/json")
