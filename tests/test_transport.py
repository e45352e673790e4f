"""The HTTP client: which fault is which, since what a request can have cost depends on it."""

from __future__ import annotations

import asyncio
import re
import socket

import httpx2
import pytest

from evals.bench.loopback import Fault, FaultPlan, Loopback
from extract.models.transport import Http
from tests.test_loopback import asking


async def _asked(server: Loopback, seconds: float = 10.0, count: int = 1) -> list[httpx2.Response]:
    async with server.running(), Http(None, seconds, trust_env=False) as http:
        address = f"{server.base_url}/chat/completions"
        return await asyncio.gather(*(http.post(address, json=asking()) for _ in range(count)))


def _faulty(fault: Fault) -> Loopback:
    return Loopback(FaultPlan(faulty=1.0, faults=(fault,)))


def test_a_server_that_is_not_there_was_asked_nothing() -> None:
    """No request was sent, so none can have cost anything."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"

        async def once() -> None:
            async with Http(None, 5.0, trust_env=False) as http:
                await http.post(address, json={})

        with pytest.raises(httpx2.ConnectError):
            asyncio.run(once())


@pytest.mark.parametrize("fault", ["dropped_before", "dropped_during"])
def test_a_connection_that_is_lost_had_a_request_in_it(fault: Fault) -> None:
    """Nobody knows what it cost: it is no connection that was never made."""
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)) as caught:
        asyncio.run(_asked(_faulty(fault)))
    assert not isinstance(caught.value, httpx2.ConnectError | httpx2.TimeoutException)


@pytest.mark.parametrize("fault", ["never", "endless"])
def test_an_answer_that_does_not_end_is_a_timeout(fault: Fault) -> None:
    """The time is that for all of it, however often a byte comes."""
    with pytest.raises(httpx2.ReadTimeout):
        asyncio.run(_asked(_faulty(fault), 0.5))


def test_a_closed_connection_is_not_used_again() -> None:
    """A server that closes what it said it would keep costs no later request."""
    answers = asyncio.run(_asked(_faulty("dropped_after"), count=3))
    assert [200] * 3 == [answer.status_code for answer in answers]


def test_as_many_are_under_way_as_are_asked() -> None:
    """A server that answers none until all are there is answered by no limit of the library's."""
    most = 250

    async def all_at_once() -> list[int]:
        everyone = asyncio.Barrier(most)

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            await everyone.wait()
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=most)
        port = server.sockets[0].getsockname()[1]
        async with server, Http(None, 30.0, trust_env=False) as http:
            asked = (http.get(f"http://127.0.0.1:{port}/") for _ in range(most))
            return [answer.status_code for answer in await asyncio.gather(*asked)]

    assert [204] * most == asyncio.run(all_at_once())


def test_the_error_of_another_transport_is_left_as_it_is() -> None:
    """It says what it is, and is not made its own cause: whoever follows causes would not end."""

    class Broken(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            raise httpx2.ReadError("cut", request=request)

    async def once() -> None:
        async with Http(None, 5.0, transport=Broken()) as http:
            await http.get("http://127.0.0.1/")

    with pytest.raises(httpx2.ReadError, match="cut") as caught:
        asyncio.run(once())
    assert caught.value.__cause__ is None


def test_a_name_in_the_address_is_sent_as_such() -> None:
    """Where the address holds a name and a password they are the authorization."""
    heard: list[str] = []

    async def once() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        address = f"cook:salt@127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, Http(None, 5.0, trust_env=False) as http:
            await http.get(f"http://{address}/", headers={"authorization": "Bearer k"})

    asyncio.run(once())
    assert ["Y29vazpzYWx0"] == re.findall(r"(?i)authorization: Basic (\S+)", heard[0])


def test_a_socks_proxy_is_never_spoken_to_as_one_of_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be told the key; without the library for it nothing is sent."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(ImportError, match="socksio"):
        Http(None, 5.0)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/v1", "127.0.0.1/v1"])
def test_what_is_no_address_was_asked_nothing(address: str) -> None:
    """It says so, and not that a connection was lost."""

    async def once() -> None:
        async with Http(None, 5.0, trust_env=False) as http:
            await http.get(address)

    with pytest.raises(httpx2.UnsupportedProtocol):
        asyncio.run(once())


def test_a_header_that_cannot_be_written_is_not_sent() -> None:
    """A key with a line break in it is a fault of ours, and cost nothing."""
    server = Loopback()

    async def once() -> None:
        async with server.running(), Http(None, 5.0, trust_env=False) as http:
            await http.get(f"{server.base_url}/models", headers={"authorization": "Bearer k\n"})

    with pytest.raises(httpx2.LocalProtocolError):
        asyncio.run(once())
