"""However an upload breaks, it ends with exactly one right file in ESR's folder, or with a doubt that people decide."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from esr_gateway.archive import FolderArchive
from esr_sandbox.faults import DiskFull, DroppedConnection, Fault, FileRefused, LostReceipt, RenameRefused
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest, attendance
from tests.integration.gateway.sending import NAME, open_issues, rows, say, states_of_files, the_run
from tests.integration.gateway.test_any_order import freeze_due
from tests.integration.gateway.test_confirmations import confirm
from tests.integration.gateway.test_runs import DAY, closed

NOT_SENT = f"file_sent/not_sent/{NAME}"


async def frozen(gateway: GatewayUnderTest) -> bytes:
    """Freeze a run of a few lines without sending it; return the bytes of its file."""
    await gateway.hub.deliver(*(attendance(f"2000000{n}", DAY) for n in range(1, 9)))
    await freeze_due(gateway, AFTER_CUT_OFF)
    [file] = await rows(gateway, "SELECT sha256, size FROM run_file")
    [path] = [path for path in archive(gateway).rglob(file.sha256) if path.is_file()]
    return path.read_bytes()


def archive(gateway: GatewayUnderTest) -> Path:
    return Path(str(getattr(gateway.hub.settings, "archive")))  # noqa: B009 - the base type does not know it


def inbox(gateway: GatewayUnderTest) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in gateway.inbox.iterdir()}


@pytest.mark.parametrize("may_read", [True, False], ids=["goes on where it was", "begins again"])
async def test_a_drop_at_each_tenth_of_an_upload_ends_with_one_right_file(
    gateway: GatewayUnderTest, may_read: bool
) -> None:
    """Where nobody may read what is there, nobody can tell whether it is ours: then the file goes from its first byte."""
    content, faults = await frozen(gateway), gateway.sandbox.faults
    if not may_read:
        faults.switch_on(Fault.READING_REFUSED, FileRefused(name="TA_"))
    there = 0
    for tenth in range(11):
        cut = min(len(content) * tenth // 10, len(content) - 1)
        after = cut - there if may_read else cut
        faults.switch_on(Fault.DROPPED_CONNECTION, DroppedConnection(after_bytes=after))
        assert (await gateway.close_due_answer()).status_code == 503
        assert await states_of_files(gateway) == ["uploading"]
        assert inbox(gateway) == {f"{NAME}.tmp": content[:cut]}
        there = cut
    assert (await open_issues(gateway))[NOT_SENT].count == 11
    [run] = await gateway.close_due()
    assert run["state"] == "sent"
    assert inbox(gateway) == {NAME: content}
    assert await gateway.close_due() == []
    assert await open_issues(gateway) == {}


async def test_what_went_up_before_a_drop_is_not_sent_again(gateway: GatewayUnderTest) -> None:
    content = await frozen(gateway)
    (gateway.inbox / f"{NAME}.tmp").write_bytes(content[:-10])
    gateway.sandbox.faults.switch_on(Fault.DROPPED_CONNECTION, DroppedConnection(after_bytes=10))
    [run] = await gateway.close_due()
    assert run["state"] == "sent"
    assert inbox(gateway) == {NAME: content}


@pytest.mark.parametrize("longer", [True, False], ids=["more than all", "other bytes"])
async def test_what_lies_there_and_is_not_ours_is_written_over(gateway: GatewayUnderTest, longer: bool) -> None:
    content = await frozen(gateway)
    (gateway.inbox / f"{NAME}.tmp").write_bytes(content + b"more" if longer else b"another beginning")
    await gateway.close_due()
    assert inbox(gateway) == {NAME: content}


@pytest.mark.parametrize(
    ("refused", "checked_by"),
    [("", "sha256, listing"), ("TA_", "size, listing")],
    ids=["by its hash", "by its size where nobody may read"],
)
async def test_an_upload_is_checked_and_seen_in_the_listing(
    gateway: GatewayUnderTest, refused: str, checked_by: str
) -> None:
    if refused:
        gateway.sandbox.faults.switch_on(Fault.READING_REFUSED, FileRefused(name=refused))
    await closed(gateway, attendance("20000001", DAY))
    [file] = await rows(gateway, "SELECT checked_by FROM run_file")
    assert file.checked_by == checked_by


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [
        (Fault.LOST_RECEIPT, LostReceipt(done=True)),
        (Fault.LOST_RECEIPT, LostReceipt(done=False)),
        (Fault.RENAME_REFUSED, RenameRefused(done=True)),
        (Fault.RENAME_REFUSED, RenameRefused(done=False)),
    ],
    ids=["cut after", "cut before", "refused though done", "refused"],
)
async def test_a_rename_that_goes_wrong_is_looked_at_and_ends_with_one_file(
    gateway: GatewayUnderTest, fault: Fault, parameters: LostReceipt | RenameRefused
) -> None:
    content = await frozen(gateway)
    gateway.sandbox.faults.switch_on(fault, parameters)
    await gateway.close_due_answer()
    await gateway.close_due()
    assert await states_of_files(gateway) == ["sent"]
    assert inbox(gateway) == {NAME: content}
    assert len(await gateway.hub.emitted("esr.run.sent")) == 1


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [(Fault.DISK_FULL, DiskFull(after_bytes=100)), (Fault.WRITING_REFUSED, FileRefused())],
    ids=["no space there", "not allowed there"],
)
async def test_a_server_that_takes_no_file_is_told_and_the_file_goes_when_it_does(
    gateway: GatewayUnderTest, fault: Fault, parameters: DiskFull | FileRefused
) -> None:
    content = await frozen(gateway)
    gateway.sandbox.faults.switch_on(fault, parameters)
    for _ in range(2):
        assert (await gateway.close_due_answer()).status_code == 502
    assert (await open_issues(gateway))[NOT_SENT].count == 2
    [file] = (await the_run(gateway))["files"]
    assert file["problem"], "the page says why"
    gateway.sandbox.faults.switch_off()
    await gateway.close_due()
    assert inbox(gateway) == {NAME: content}
    assert await open_issues(gateway) == {}


async def test_no_space_in_our_archive_freezes_nothing_and_loses_nothing(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gateway.hub.deliver(attendance("20000001", DAY))
    gateway.hub.clock.move_to(AFTER_CUT_OFF)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(FolderArchive, "_keep", full)
        answer = await gateway.close_due_answer()
        assert (answer.status_code, answer.json()["status"]) == (503, 503)
    assert await rows(gateway, "SELECT 1 FROM run") == []
    [run] = await gateway.close_due()
    assert [file["file_name"] for file in run["files"]] == [NAME], "no sequence number was used up"


async def test_a_file_that_lies_there_already_with_our_bytes_was_sent(gateway: GatewayUnderTest) -> None:
    content = await frozen(gateway)
    (gateway.inbox / NAME).write_bytes(content)
    [run] = await gateway.close_due()
    assert run["state"] == "sent"
    assert inbox(gateway) == {NAME: content}


@pytest.mark.parametrize("change", [lambda content: content + b"x", lambda content: content.swapcase()])
async def test_a_file_of_the_name_with_other_content_is_left_alone_and_in_doubt(
    gateway: GatewayUnderTest, change: type[bytes]
) -> None:
    other = change(await frozen(gateway))
    (gateway.inbox / NAME).write_bytes(other)
    [run] = await gateway.close_due()
    assert run["state"] == "unknown"
    assert inbox(gateway) == {NAME: other}


@pytest.mark.parametrize("where", ["In", "Out", "taken"])
async def test_a_database_from_a_backup_sends_nothing_that_went_before(gateway: GatewayUnderTest, where: str) -> None:
    """A later file of ours that this database does not know shows that it is an older copy."""
    content = await frozen(gateway)
    later = NAME.replace("00000001", "00000002")
    if where == "In":
        (gateway.inbox / later).write_bytes(content)
    else:
        (gateway.out / f"CF_277_{later}").write_bytes(b"HDR")
    if where == "taken":
        await confirm(gateway, "CNF,1,,OK,,", name=later)
        (gateway.out / f"CF_277_{later}").unlink()
    [run] = await gateway.close_due()
    assert run["state"] == "unknown"
    assert later in run["files"][0]["problem"]
    assert NAME not in inbox(gateway)
    await say(gateway, "ann", "not_sent")
    await say(gateway, "bob", "not_sent")
    await gateway.close_due()
    assert NAME in inbox(gateway), "two people have looked: it goes"


async def test_files_of_others_and_earlier_ones_of_ours_raise_no_doubt(gateway: GatewayUnderTest) -> None:
    await closed(gateway, attendance("20000001", DAY))
    for name in ("TA_277_XYZ_MN2705_00000009.DAT", "AB_277_LNK_20260805_00000009.DAT", "TA_277_LNK_note.txt"):
        (gateway.inbox / name).write_bytes(b"x")
    gateway.hub.clock.move_to(AFTER_CUT_OFF.replace(month=9))
    await gateway.hub.deliver(attendance("20000002", DAY))
    await gateway.close_due()
    assert await states_of_files(gateway) == ["sent", "sent"]
