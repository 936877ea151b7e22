"""Files come whole and once, however the connection behaves: what broke off is gone on with, what is not finished is left."""

from __future__ import annotations

import errno
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from esr_gateway.exchange.sftp import SftpExchange
from esr_sandbox.faults import FAULTS, DroppedConnection, Fault, PartialWrite
from tests.integration.gateway.conftest import NOON, GatewayUnderTest, trust_settings
from tests.unit.gateway.building import Go, person

MANY = Go([person(str(20000001 + number), previous_employer="St Elsewhere " * 40) for number in range(2000)])
SIZE = len(MANY.content)


def drafts(gateway: GatewayUnderTest) -> list[Path]:
    settings: Any = gateway.hub.settings
    folder = settings.archive / "drafts"
    return list(folder.iterdir()) if folder.exists() else []


def drop_after(gateway: GatewayUnderTest, after_bytes: int) -> None:
    gateway.sandbox.faults.switch_on(
        Fault.DROPPED_CONNECTION, DroppedConnection(after_bytes=after_bytes, direction="down")
    )


async def issues(gateway: GatewayUnderTest) -> list[tuple[str, str]]:
    return [(one["kind"], one["title"]) for one in (await gateway.get("/v1/issues"))["issues"]]


async def test_a_download_that_breaks_off_goes_on_where_it_stopped(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    MANY.write(gateway.out)
    begun: list[int] = []
    download = SftpExchange.download

    async def noted(self: SftpExchange, folder: str, name: str, to: Path, *, from_byte: int = 0) -> int:
        begun.append(from_byte)
        return await download(self, folder, name, to, from_byte=from_byte)

    monkeypatch.setattr(SftpExchange, "download", noted)
    for after_bytes in (1, 300_000, 270_001, 262_145):
        drop_after(gateway, 4_096 + after_bytes)
        assert (await gateway.poll_answer()).json()["code"] == "exchange_unavailable"
        assert len(drafts(gateway)) == 1
    assert [kind for kind, _ in await issues(gateway)] == ["exchange"], "one issue, however often it broke off"
    [file] = await gateway.poll()
    assert (file["state"], file["rows"], file["size"]) == ("imported", 2000, SIZE)
    assert begun == [0, 0, 262_144, 524_288, 786_432], "it goes on behind the last block that came"
    assert drafts(gateway) == []
    assert await issues(gateway) == [], "it closed itself"


async def test_a_file_that_changed_after_the_break_is_fetched_from_its_start(gateway: GatewayUnderTest) -> None:
    path = MANY.write(gateway.out)
    drop_after(gateway, SIZE // 2)
    await gateway.poll_answer()
    other = MANY.but(rows=[person(str(30000001 + number)) for number in range(1500)])
    path.write_bytes(other.content)
    [file] = await gateway.poll()
    assert (file["state"], file["rows"]) == ("imported", 1500)


async def test_a_full_disk_of_ours_is_said_and_costs_nothing(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    MANY.write(gateway.out)
    opened = Path.open

    def no_room(self: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        file = opened(self, mode, *args, **more)
        if self.parent.name == "drafts" and mode != "rb":
            write = file.write

            def full(block: bytes) -> int:
                if file.tell() >= 262_144:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return int(write(block))

            return _Full(file, full)
        return file

    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", no_room)
        answer = await gateway.poll_answer()
    assert (answer.status_code, answer.json()["code"]) == (503, "no_room")
    assert (await gateway.get("/v1/files"))["files"] == [], "nothing half done"
    assert [one.stat().st_size for one in drafts(gateway)] == [262_144]
    [(kind, title)] = await issues(gateway)
    assert (kind, "Our own disk" in title) == ("exchange", True)
    [file] = await gateway.poll()
    assert (file["state"], file["rows"]) == ("imported", 2000)


class _Full:
    """A file whose disk is full."""

    def __init__(self, file: Any, write: Any) -> None:
        self._file, self.write, self.seek = file, write, file.seek

    def __enter__(self) -> _Full:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


async def test_a_file_that_grows_slowly_is_left_until_it_is_whole(gateway: GatewayUnderTest) -> None:
    esr, faults = gateway.sandbox.esr, gateway.sandbox.faults
    day = NOON.date()
    faults.switch_on(Fault.PARTIAL_WRITE, PartialWrite(style="suffix"))
    esr.snapshot("277", day)
    assert [path.suffix for path in gateway.out.iterdir()] == ["._TXFR"]
    assert await gateway.poll() == [], "a name that says so is left alone"
    faults.switch_off()
    esr.publish_all()
    [snapshot] = await gateway.poll()
    assert (snapshot["kind"], snapshot["state"]) == ("snapshot", "imported")
    faults.switch_on(Fault.PARTIAL_WRITE, PartialWrite(style="growing", step=2_000))
    esr.changes("277", day + timedelta(days=1))
    looks = 0
    while not (came := await gateway.poll()):
        looks += 1
        assert looks < 60
    assert looks > 1
    assert [(file["kind"], file["state"]) for file in came] == [("changes", "imported")]


async def test_who_we_talk_to_is_sure_or_nothing_is_sent(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    for fault, words in (
        (Fault.WRONG_HOST_KEY, "another host key (SHA256:"),
        (Fault.LOGIN_REVOKED, "does not accept the user name"),
    ):
        gateway.sandbox.faults.switch_on(fault, FAULTS[fault].parameters())
        answer = await gateway.poll_answer()
        assert (answer.status_code, answer.json()["code"]) == (502, "exchange_refused"), fault
        [(_, title)] = await issues(gateway)
        assert words in title
        gateway.sandbox.faults.switch_off()
    assert await gateway.poll() == []
    assert await issues(gateway) == []
    missing = trust_settings(gateway.sandbox, tmp_path, password_file=str(tmp_path / "none"))
    put = await gateway.hub.client.put("/v1/trusts/277", json=missing, headers=gateway.bearer())
    assert put.status_code == 200
    assert "cannot be read" in (await gateway.poll_answer()).json()["detail"]


async def test_a_draft_from_before_the_machine_went_down_is_not_gone_on_with(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    MANY.write(gateway.out)
    drop_after(gateway, 300_000)
    await gateway.poll_answer()
    [draft] = drafts(gateway)
    draft.write_bytes(b"\0" * draft.stat().st_size)  # its length came to the disk, its bytes did not
    monkeypatch.setattr("esr_gateway.from_esr.fetching.machine_started", lambda: time.time() + 1)
    [file] = await gateway.poll()
    assert (file["state"], file["rows"], file["set_aside"]) == ("imported", 2000, 0)
