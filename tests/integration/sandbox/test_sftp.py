"""The SFTP side: who gets in, what they see, and the faults of a connection."""

from datetime import date

import asyncssh
import pytest

from esr_sandbox.faults import DiskFull, DroppedConnection, Fault, PartialWrite, Strikes
from esr_sandbox.run import Sandbox

from .conftest import connect

LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.ConnectionLost)


async def upload(sftp: asyncssh.SFTPClient, path: str, content: bytes) -> None:
    async with sftp.open(path, "wb") as file:
        await file.write(content)


async def test_a_file_is_put_under_a_temporary_name_and_renamed(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    await upload(sftp, "In/.x.tmp", b"abc")
    assert (await sftp.stat("In/.x.tmp")).size == 3
    await sftp.rename("In/.x.tmp", "In/x.DAT")
    await upload(sftp, "In/.y.tmp", b"defg")
    await sftp.posix_rename("In/.y.tmp", "In/x.DAT")
    assert (sandbox.folders.inbox("277") / "x.DAT").read_bytes() == b"defg"
    await sftp.remove("In/x.DAT")
    assert set(await sftp.listdir("In")) == {".", ".."}


async def test_a_rename_over_a_file_is_refused(sftp: asyncssh.SFTPClient) -> None:
    await upload(sftp, "In/x.DAT", b"abc")
    await upload(sftp, "In/.x.tmp", b"other")
    with pytest.raises(asyncssh.SFTPError):
        await sftp.rename("In/.x.tmp", "In/x.DAT")
    async with sftp.open("In/x.DAT", "rb") as file:
        assert await file.read() == b"abc"


async def test_a_snapshot_is_fetched_byte_by_byte(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    name = sandbox.esr.snapshot("277", date(2026, 8, 3)).name
    async with sftp.open(f"Out/{name}", "rb") as file:
        assert await file.read() == (sandbox.folders.out("277") / name).read_bytes()


async def test_a_user_sees_no_more_than_the_trusts_own_two_folders(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    sandbox.esr.snapshot("312", date(2026, 8, 3))
    assert set(await sftp.listdir("/")) - {".", ".."} == {"In", "Out"}
    assert set(await sftp.listdir("../../..")) - {".", ".."} == {"In", "Out"}
    for refused in (sftp.symlink("/etc", "In/out"), sftp.mkdir("In/more"), sftp.rmdir("In")):
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await refused


@pytest.mark.parametrize(("vpd", "password"), [("277", "wrong"), ("999", "sandbox-999"), ("277", "sandbox-312")])
async def test_a_wrong_sign_in_is_refused(sandbox: Sandbox, vpd: str, password: str) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        await connect(sandbox, vpd, password)


async def test_a_trusts_own_key_signs_in(sandbox: Sandbox) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    sandbox.folders.authorized_keys("277").write_bytes(key.export_public_key())
    async with asyncssh.connect(
        "127.0.0.1", sandbox.sftp_port, username="hub-277", client_keys=[key], known_hosts=None, config=None
    ) as connection:
        assert connection.get_extra_info("username") == "hub-277"


async def test_a_lost_receipt_cuts_the_connection_after_the_rename_was_done(
    sandbox: Sandbox, sftp: asyncssh.SFTPClient
) -> None:
    sandbox.faults.switch_on(Fault.LOST_RECEIPT, Strikes())
    await upload(sftp, "In/.x.tmp", b"abc")
    with pytest.raises(LOST):
        await sftp.rename("In/.x.tmp", "In/x.DAT")
    assert (sandbox.folders.inbox("277") / "x.DAT").exists()
    assert sandbox.faults.active() == {}


async def test_an_upload_is_cut_after_so_many_bytes(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    sandbox.faults.switch_on(Fault.DROPPED_CONNECTION, DroppedConnection(after_bytes=1000))
    with pytest.raises(LOST):
        await upload(sftp, "In/.x.tmp", b"x" * 4000)
    assert (sandbox.folders.inbox("277") / ".x.tmp").stat().st_size == 1000


async def test_a_download_is_cut_after_so_many_bytes(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    name = sandbox.esr.snapshot("277", date(2026, 8, 3)).name
    sandbox.faults.switch_on(Fault.DROPPED_CONNECTION, DroppedConnection(after_bytes=100_000, direction="down"))
    async with sftp.open(f"Out/{name}", "rb") as file:
        assert len(await file.read(1000)) == 1000
        with pytest.raises(LOST):
            await file.read()
        file._handle = None  # the connection is gone: there is nothing left to close


async def test_a_rename_is_refused_as_often_as_asked(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    sandbox.faults.switch_on(Fault.RENAME_REFUSED, Strikes(times=2))
    await upload(sftp, "In/.x.tmp", b"abc")
    for _ in range(2):
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await sftp.rename("In/.x.tmp", "In/x.DAT")
    await sftp.rename("In/.x.tmp", "In/x.DAT")


async def test_a_full_disk_refuses_to_write(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    sandbox.faults.switch_on(Fault.DISK_FULL, DiskFull(after_bytes=10))
    with pytest.raises(asyncssh.SFTPError):
        await upload(sftp, "In/.x.tmp", b"x" * 11)
    await upload(sftp, "In/.y.tmp", b"x" * 10)


async def test_a_fault_of_one_trust_leaves_the_other_alone(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    sandbox.faults.switch_on(Fault.DISK_FULL, DiskFull(vpd="312"))
    await upload(sftp, "In/.x.tmp", b"abc")
    assert Fault.DISK_FULL in sandbox.faults.active()


async def test_a_growing_file_grows_with_each_listing_until_it_is_whole(
    sandbox: Sandbox, sftp: asyncssh.SFTPClient
) -> None:
    sandbox.faults.switch_on(Fault.PARTIAL_WRITE, PartialWrite(style="growing", step=200_000))
    written = sandbox.esr.snapshot("277", date(2026, 8, 3))
    sizes = []
    for _ in range(8):
        (size,) = [entry.attrs.size for entry in await sftp.readdir("Out") if entry.filename == written.name]
        sizes.append(size)
    whole = sandbox.folders.out("277") / written.name
    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[-1] == sizes[-2]
    assert whole.read_bytes().endswith(b"TRL~%d\n" % (written.rows + 2))
