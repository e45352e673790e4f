"""The HTTP client below the openai client: whose turn it is, how long it takes, what went wrong.

aiohttp carries the requests: with 64 at once that takes 1.5 ms less of the processor a request
than httpx's own transport (`python -m evals.bench.throughput`). Its errors are put right here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import aiohttp
import httpx2
import openai

__all__ = ["Http", "RequestPolicy", "Send"]

_CONNECTIONS = httpx2.Limits(max_connections=0, keepalive_expiry=5.0)
"""As many as there are requests at once (0 is aiohttp's word for that): it is decided above."""

Send = Callable[[], Awaitable[httpx2.Response]]


class RequestPolicy(Protocol):
    """Whoever decides when a request is sent, and may answer it instead.

    `longest` is the most tokens that one answer may have.
    """

    longest: int

    @property
    def one_by_one(self) -> bool:
        """Whether requests are sent as they come; False where they are collected for a batch."""

    async def __call__(self, request: httpx2.Request, send: Send) -> httpx2.Response:
        """Return the response of a request, which `send` sends."""


class Http(openai.DefaultAioHttpClient):
    """An HTTP client whose every request passes a gate, and whose timeout is for all of an attempt.

    Both libraries measure the pause between two bytes: an answer that trickles in would take for
    ever. `options` are those of `httpx2.AsyncClient` but for `limits`.
    """

    def __init__(self, gate: RequestPolicy | None, seconds: float, **options: Any) -> None:
        super().__init__(timeout=seconds, limits=_CONNECTIONS, **options)
        self._gate = gate
        self._seconds = seconds

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request when the gate lets it.

        Raises httpx2.TransportError, of the kind that says whether the request was sent.
        """
        if request.url.userinfo:  # aiohttp would not have it beside the key
            options["auth"] = httpx2.BasicAuth(request.url.username, request.url.password)
            request.url = request.url.copy_with(username=None, password=None)

        async def now() -> httpx2.Response:
            try:
                async with asyncio.timeout(self._seconds):
                    return await super(Http, self).send(request, **options)
            except TimeoutError as error:
                raise httpx2.ReadTimeout("no whole answer in time", request=request) from error
            except (httpx2.TransportError, aiohttp.ClientError) as error:
                if (told := _told(error, request)) is None:
                    raise
                raise told from error
            except ValueError as error:  # a header that cannot be written
                raise httpx2.LocalProtocolError(str(error), request=request) from error

        return await (self._gate(request, now) if self._gate else now())

    def _init_proxy_transport(
        self, proxy: httpx2.Proxy, *args: Any, **options: Any
    ) -> httpx2.AsyncBaseTransport:
        # aiohttp takes a SOCKS proxy for one that speaks HTTP, and tells it the key.
        if proxy.url.scheme.startswith("socks"):
            return httpx2.AsyncClient._init_proxy_transport(  # noqa: SLF001 - of our own base
                self, proxy, *args, **options
            )
        return super()._init_proxy_transport(proxy, *args, **options)


def _told(error: Exception, request: httpx2.Request) -> httpx2.TransportError | None:
    """Return what a connection that aiohttp lost was: what a request can have cost depends on it.

    Its transport takes every lost connection for one that was never made. None for the error of
    another transport, which says what it is.
    """
    match error if isinstance(error, aiohttp.ClientError) else error.__cause__:
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return httpx2.UnsupportedProtocol("not an address of HTTP", request=request)
        case (
            aiohttp.ClientConnectorError()
            | aiohttp.ConnectionTimeoutError()
            | aiohttp.ClientHttpProxyError()
        ):
            return httpx2.ConnectError("no connection", request=request)
        case aiohttp.ServerTimeoutError():
            return httpx2.ReadTimeout("no whole answer in time", request=request)
        case aiohttp.ClientError() as lost:
            return httpx2.RemoteProtocolError(f"the connection was lost: {lost}", request=request)
    return None
