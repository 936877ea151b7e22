"""Each switch of a connection does what its line in the table says, and only to those that it is for."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncssh
import pytest

from esr_sandbox.faults import (
    DiskFull,
    DroppedConnection,
    Fault,
    FileRefused,
    ListingRefused,
    LoginRevoked,
    LostReceipt,
    Parameters,
    RenameRefused,
    Silent,
)
from esr_sandbox.run import Sandbox

from .conftest import connect
from .test_sftp import LOST, upload


async def test_a_rename_may_be_cut_off_before_it_is_done(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    sandbox.faults.switch_on(Fault.LOST_RECEIPT, LostReceipt(done=False))
    await upload(sftp, "In/x.tmp", b"abc")
    with pytest.raises(LOST):
        await sftp.rename("In/x.tmp", "In/x.DAT")
    assert [path.name for path in sandbox.folders.inbox("277").iterdir()] == ["x.tmp"]


async def test_a_rename_may_be_refused_though_it_is_done(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    sandbox.faults.switch_on(Fault.RENAME_REFUSED, RenameRefused(done=True))
    await upload(sftp, "In/x.tmp", b"abc")
    with pytest.raises(asyncssh.SFTPPermissionDenied):
        await sftp.rename("In/x.tmp", "In/x.DAT")
    assert [path.name for path in sandbox.folders.inbox("277").iterdir()] == ["x.DAT"]


async def test_one_folder_or_both_cannot_be_listed(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    sandbox.faults.switch_on(Fault.LISTING_REFUSED, ListingRefused(folder="In"))
    with pytest.raises(asyncssh.SFTPPermissionDenied):
        await sftp.listdir("In")
    assert await sftp.listdir("Out")
    sandbox.faults.switch_on(Fault.LISTING_REFUSED, ListingRefused(vpd="312"))
    assert await sftp.listdir("In")


@pytest.mark.parametrize(("fault", "mode"), [(Fault.READING_REFUSED, "rb"), (Fault.WRITING_REFUSED, "wb")])
async def test_files_of_some_names_are_refused(
    sandbox: Sandbox, sftp: asyncssh.SFTPClient, fault: Fault, mode: str
) -> None:
    for name in ("AB_1", "TA_1"):
        (sandbox.folders.inbox("277") / name).write_bytes(b"abc")
    sandbox.faults.switch_on(fault, FileRefused(name="AB_", times=1))
    with pytest.raises(asyncssh.SFTPPermissionDenied):
        await sftp.open("In/AB_1", mode).__aenter__()
    for name in ("TA_1", "AB_1"):
        async with sftp.open(f"In/{name}", mode):
            pass


@pytest.mark.parametrize("with_key", [True, False], ids=["key", "password"])
async def test_a_revoked_login_lets_nobody_in_until_it_is_given_back(sandbox: Sandbox, with_key: bool) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    sandbox.folders.authorized_keys("277").write_bytes(key.export_public_key())
    sandbox.faults.switch_on(Fault.LOGIN_REVOKED, LoginRevoked())
    own = {"client_keys": [key]} if with_key else {"client_keys": None, "password": "sandbox-277"}

    async def sign_in() -> None:
        port = sandbox.sftp_port
        async with asyncssh.connect("127.0.0.1", port, username="hub-277", known_hosts=None, config=None, **own):
            pass

    with pytest.raises(asyncssh.PermissionDenied):
        await sign_in()
    sandbox.faults.switch_off(Fault.LOGIN_REVOKED)
    await sign_in()


async def test_the_server_shows_another_host_key_while_the_switch_is_on(sandbox: Sandbox) -> None:
    async def key_shown() -> str:
        key = await asyncssh.get_server_host_key("127.0.0.1", sandbox.sftp_port, config=None)
        assert key is not None
        return key.export_public_key().decode().strip()

    own = sandbox.host_public_key.split()[1]
    sandbox.faults.switch_on(Fault.WRONG_HOST_KEY, Parameters())
    assert own not in await key_shown()
    sandbox.faults.switch_off()
    assert own in await key_shown()


async def test_space_ends_after_so_many_bytes_and_what_fits_is_kept(
    sandbox: Sandbox, sftp: asyncssh.SFTPClient
) -> None:
    sandbox.faults.switch_on(Fault.DISK_FULL, DiskFull(after_bytes=2))
    with pytest.raises(asyncssh.SFTPError):
        await upload(sftp, "In/x.tmp", b"abc")
    assert (sandbox.folders.inbox("277") / "x.tmp").read_bytes() == b"ab"


async def test_a_download_is_cut_off_after_so_many_bytes(sandbox: Sandbox, sftp: asyncssh.SFTPClient) -> None:
    (sandbox.folders.out("277") / "x.DAT").write_bytes(b"abcdef")
    sandbox.faults.switch_on(Fault.DROPPED_CONNECTION, DroppedConnection(after_bytes=4, direction="down"))
    async with sftp.open("Out/x.DAT", "rb") as file:
        assert await file.read(4, 0) == b"abcd"
        with pytest.raises(LOST):
            await file.read(2, 4)


async def _list(sftp: asyncssh.SFTPClient) -> object:
    return await sftp.listdir("In")


async def _write(sftp: asyncssh.SFTPClient) -> object:
    return await upload(sftp, "In/y.tmp", b"abc")


async def _read(sftp: asyncssh.SFTPClient) -> object:
    async with sftp.open("In/x.tmp", "rb") as file:
        return await file.read()


async def _rename(sftp: asyncssh.SFTPClient) -> object:
    return await sftp.rename("In/x.tmp", "In/x.DAT")


@pytest.mark.parametrize(
    ("on", "step"), [("listing", _list), ("writing", _write), ("reading", _read), ("rename", _rename)]
)
async def test_a_silent_server_answers_when_the_switch_is_off(
    sandbox: Sandbox, sftp: asyncssh.SFTPClient, on: str, step: Callable[[asyncssh.SFTPClient], Awaitable[object]]
) -> None:
    (sandbox.folders.inbox("277") / "x.tmp").write_bytes(b"abc")
    sandbox.faults.switch_on(Fault.SILENT, Silent.model_validate({"on": on}))
    waiting = asyncio.ensure_future(step(sftp))
    done, _ = await asyncio.wait({waiting}, timeout=0.1)
    assert not done
    sandbox.faults.switch_off(Fault.SILENT)
    async with asyncio.timeout(5):
        await waiting


async def test_a_client_that_goes_away_from_a_silent_server_leaves_nothing_behind(sandbox: Sandbox) -> None:
    sandbox.faults.switch_on(Fault.SILENT, Silent(on="listing"))
    async with await connect(sandbox) as connection, connection.start_sftp_client() as client:
        waiting = asyncio.ensure_future(client.listdir("In"))
        await asyncio.wait({waiting}, timeout=0.1)
        connection.abort()
        with pytest.raises(LOST):
            await waiting
