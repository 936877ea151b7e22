"""Load on a server over HTTP/1.1 for `make bench-profiles`: as much as it takes, or so many requests a second come what may.

Its own few lines and no HTTP library: on two processors whoever asks must cost little beside whoever answers.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """What is asked: `body` is JSON, or empty."""

    method: str
    path: str
    body: bytes = b""


class Connection:
    """One kept-alive connection; `header` goes with every request."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, header: str) -> None:
        self._reader, self._writer, self._header = reader, writer, header

    async def ask(self, request: Request) -> bytes:
        """The body of a good answer. Raises `SystemExit` for any other: what fails quickly is no speed."""
        head = (
            f"{request.method} {request.path} HTTP/1.1\r\nHost: bench\r\n{self._header}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(request.body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + request.body)
        status = await self._reader.readline()
        length = 0
        while (line := await self._reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        body = await self._reader.readexactly(length)
        if status[9:12] not in (b"200", b"201", b"204"):
            raise SystemExit(f"{request.method} {request.path}: {status.decode().strip()} {body[:500].decode()}")
        return body


@asynccontextmanager
async def connected(port: int, header: str, count: int) -> AsyncIterator[list[Connection]]:
    """So many connections."""
    opened = [await asyncio.open_connection("127.0.0.1", port, limit=1 << 22) for _ in range(count)]
    try:
        yield [Connection(reader, writer, header) for reader, writer in opened]
    finally:
        for _, writer in opened:
            writer.close()


async def as_many_as_it_takes(connections: Sequence[Connection], requests: Sequence[Request]) -> float:
    """Requests a second when each connection asks the next as soon as it has its answer."""
    waiting = iter(requests)

    async def work(connection: Connection) -> None:
        for request in waiting:
            await connection.ask(request)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for connection in connections:
            group.create_task(work(connection))
    return len(requests) / (time.perf_counter() - begun)


async def at_a_rate(
    connections: Sequence[Connection], rate: float, count: int, request_of: Callable[[int], Request]
) -> list[float]:
    """Seconds from when each request was due to its answer: one that must wait for those before it has waited, too."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)
    took: list[float] = []
    begun = time.perf_counter()

    async def one(turn: int) -> None:
        connection = await free.get()
        await connection.ask(request_of(turn))
        took.append(time.perf_counter() - begun - turn / rate)
        free.put_nowait(connection)

    async with asyncio.TaskGroup() as group:
        for turn in range(count):
            if (early := begun + turn / rate - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            group.create_task(one(turn))
    return took


async def one_by_one(connection: Connection, requests: Sequence[Request]) -> list[float]:
    """Seconds of each, one after the other."""
    took = []
    for request in requests:
        begun = time.perf_counter()
        await connection.ask(request)
        took.append(time.perf_counter() - begun)
    return took
