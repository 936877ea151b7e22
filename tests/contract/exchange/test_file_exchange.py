"""What a `FileExchange` keeps, whichever server it talks to."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from esr_gateway.exchange.port import ExchangeRefused, FileExchange
from esr_gateway.exchange.sftp import sftp_exchange
from tests.contract.exchange import servers

OPEN = sftp_exchange(timedelta(seconds=10))
CONTENT = os.urandom(700_001)  # more than two blocks


class Pair(NamedTuple):
    """An open exchange, and the server's folders as they are."""

    exchange: FileExchange
    server: servers.Server


@pytest.fixture(params=["sandbox", "openssh"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Pair]:
    folder = tmp_path / "server"
    folder.mkdir()
    async with getattr(servers, request.param)(folder) as server, OPEN(server.settings) as exchange:
        yield Pair(exchange, server)


def written(folder: Path, content: bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


async def test_only_plain_files_are_listed_with_size_and_time(pair: Pair) -> None:
    path = written(pair.server.out, b"12345", "B.DAT")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    written(pair.server.out, b"", "A.DAT")
    (pair.server.out / "folder").mkdir()
    found = await pair.exchange.listing("Out")
    assert [one.name for one in found] == ["A.DAT", "B.DAT"]
    assert (found[1].size, found[1].modified) == (5, 1_700_000_000)
    assert list(await pair.exchange.listing("In")) == []
    with pytest.raises(ExchangeRefused):
        await pair.exchange.listing("Nowhere")


async def test_the_end_of_a_file_can_be_read(pair: Pair) -> None:
    written(pair.server.out, CONTENT, "A.DAT")
    assert await pair.exchange.tail("Out", "A.DAT", 10) == CONTENT[-10:]
    written(pair.server.out, b"abc", "B.DAT")
    assert await pair.exchange.tail("Out", "B.DAT", 10) == b"abc"


@pytest.mark.parametrize("from_byte", [0, 1, 262_144, 700_000, 700_001])
async def test_a_download_gives_every_byte_once_wherever_it_goes_on(pair: Pair, tmp_path: Path, from_byte: int) -> None:
    written(pair.server.out, CONTENT, "A.DAT")
    draft = written(tmp_path, CONTENT[:from_byte])
    assert await pair.exchange.download("Out", "A.DAT", draft, from_byte=from_byte) == len(CONTENT)
    assert draft.read_bytes() == CONTENT


@pytest.mark.parametrize("from_byte", [0, 1, 262_144, 700_000, 700_001])
async def test_an_upload_gives_every_byte_once_wherever_it_goes_on(pair: Pair, tmp_path: Path, from_byte: int) -> None:
    source = written(tmp_path, CONTENT)
    there = written(pair.server.inbox, CONTENT[:from_byte] if from_byte else b"something longer" * 60_000, "A.tmp")
    await pair.exchange.upload("In", "A.tmp", source, from_byte=from_byte)
    assert there.read_bytes() == CONTENT


async def test_what_the_server_holds_is_measured_and_hashed(pair: Pair, tmp_path: Path) -> None:
    assert await pair.exchange.size_of("In", "A.tmp") is None
    await pair.exchange.upload("In", "A.tmp", written(tmp_path, CONTENT))
    assert await pair.exchange.size_of("In", "A.tmp") == len(CONTENT)
    assert await pair.exchange.sha256_of("In", "A.tmp") == hashlib.sha256(CONTENT).hexdigest()
    with pytest.raises(ExchangeRefused):
        await pair.exchange.sha256_of("In", "B.tmp")


async def test_a_rename_is_done_or_refused_and_puts_nothing_over_another(pair: Pair, tmp_path: Path) -> None:
    await pair.exchange.upload("In", "A.tmp", written(tmp_path, b"new"))
    await pair.exchange.rename("In", "A.tmp", "A.DAT")
    assert [path.name for path in pair.server.inbox.iterdir()] == ["A.DAT"]
    await pair.exchange.upload("In", "B.tmp", written(tmp_path, b"other"))
    with pytest.raises(ExchangeRefused):
        await pair.exchange.rename("In", "B.tmp", "A.DAT")
    assert (pair.server.inbox / "A.DAT").read_bytes() == b"new"
    with pytest.raises(ExchangeRefused):
        await pair.exchange.rename("In", "never", "C.DAT")


async def test_a_removed_file_is_gone_and_one_that_is_gone_is_no_trouble(pair: Pair) -> None:
    written(pair.server.out, b"x", "A.DAT")
    for _ in range(2):
        await pair.exchange.remove("Out", "A.DAT")
    assert list(pair.server.out.iterdir()) == []


async def test_what_cannot_be_read_is_refused_and_the_exchange_goes_on(pair: Pair, tmp_path: Path) -> None:
    with pytest.raises(ExchangeRefused):
        await pair.exchange.download("Out", "never", tmp_path / "draft")
    with pytest.raises(ExchangeRefused):
        await pair.exchange.upload("Nowhere", "A.tmp", written(tmp_path, b"x"))
    assert list(await pair.exchange.listing("Out")) == []


@pytest.mark.parametrize("names_itself", [True, False])
async def test_a_server_that_reckons_hashes_is_asked_and_sends_nothing_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, names_itself: bool
) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    async with servers.reckoning(folder, monkeypatch, names_itself=names_itself) as server:
        written(server.inbox, CONTENT, "A.tmp")
        async with OPEN(server.settings) as exchange:

            def no_reading(*_: object) -> None:
                pytest.fail("it was read back")

            monkeypatch.setattr("asyncssh.SFTPServer.open", no_reading)
            assert await exchange.sha256_of("In", "A.tmp") == hashlib.sha256(CONTENT).hexdigest()
