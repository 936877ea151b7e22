"""What every archive keeps: the same suite for a folder and for a real S3-compatible store."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from esr_gateway.archive import Archive, ArchiveUnavailable, FolderArchive, NotArchived, S3Archive, S3Place
from tests.s3.server import NO_S3, S3Server, s3_server

CONTENT = b"HDR~GO_277\n" + b"PRA~1~2\n" * 4_000 + b"TRL~4002\n"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        if server is None:
            if os.environ.get("CI") == "true":
                pytest.fail(NO_S3)
            pytest.skip(NO_S3)
        yield server


def place(store: S3Server, prefix: str, **changes: str) -> S3Place:
    given = {"endpoint": store.url, "access_key": store.key, "secret_key": store.secret}
    return S3Place(bucket=store.bucket, prefix=prefix, **{**given, **changes})


@pytest.fixture(params=["folder", "s3"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    if request.param == "folder":
        return FolderArchive(tmp_path / "archive")
    return S3Archive(place(request.getfixturevalue("store"), f"{tmp_path.name}/gateway"), tmp_path / "archive")


def left(archive: Archive) -> list[Path]:
    return list(archive.draft().parent.iterdir())


async def test_what_is_kept_is_found_by_its_hash_and_is_what_it_was(archive: Archive) -> None:
    sha256 = await archive.put(CONTENT)
    assert sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert await archive.holds(sha256, len(CONTENT))
    assert not await archive.holds(sha256, len(CONTENT) + 1)
    async with archive.open(sha256) as path:
        assert path.read_bytes() == CONTENT
    edges = await archive.edges(sha256, 12)
    assert (edges.size, edges.head, edges.tail) == (len(CONTENT), CONTENT[:12], CONTENT[-12:])


@pytest.mark.parametrize("content", [b"", b"x", b"short"])
async def test_files_shorter_than_their_edges_are_shown_whole(archive: Archive, content: bytes) -> None:
    sha256 = await archive.put(content)
    edges = await archive.edges(sha256, 4_096)
    assert (edges.size, edges.head, edges.tail) == (len(content), content, content)
    async with archive.open(sha256) as path:
        assert path.read_bytes() == content


async def test_a_draft_is_gone_when_it_is_kept_and_the_same_bytes_are_kept_once(archive: Archive) -> None:
    kept = []
    for _ in range(2):
        draft = archive.draft("277/Out/a file/1/2")
        draft.write_bytes(CONTENT)
        kept.append(await archive.keep(draft))
        assert not draft.exists()
    assert kept[0] == kept[1]
    assert kept[0].size == len(CONTENT)
    assert left(archive) == []


async def test_a_named_draft_is_found_again_and_an_old_one_is_swept(archive: Archive) -> None:
    draft = archive.draft("277/Out/../../etc/passwd/1/2")
    draft.write_bytes(b"half")
    assert archive.draft("277/Out/../../etc/passwd/1/2") == draft
    assert archive.draft("277/Out/other/1/2") != draft
    assert archive.sweep_drafts(timedelta(hours=1)) == 0
    os.utime(draft, (1, 1))
    assert archive.sweep_drafts(timedelta(hours=1)) == 1
    assert left(archive) == []


async def test_what_is_not_there_is_said(archive: Archive) -> None:
    never = "0" * 64
    assert not await archive.holds(never, 0)
    with pytest.raises(NotArchived):
        await archive.edges(never, 10)
    with pytest.raises(NotArchived):
        async with archive.open(never):
            pass
    assert left(archive) == []


async def test_many_at_once_do_not_disturb_each_other(archive: Archive) -> None:
    contents = [CONTENT + bytes([n % 3]) for n in range(12)]
    hashes = await asyncio.gather(*(archive.put(content) for content in contents))
    for content, sha256 in zip(contents, hashes, strict=True):
        async with archive.open(sha256) as path:
            assert path.read_bytes() == content
    assert left(archive) == []


async def test_memory_stays_flat_for_a_large_file(archive: Archive) -> None:
    draft, block = archive.draft(), os.urandom(1 << 20)
    with draft.open("wb") as file:
        for _ in range(24):
            file.write(block)
    tracemalloc.start()
    try:
        kept = await archive.keep(draft)
        async with archive.open(kept.sha256) as path:
            assert path.stat().st_size == 24 << 20
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12 << 20, f"{peak >> 20} MiB"


async def test_a_store_that_was_tampered_with_is_found_out_before_anybody_reads(
    store: S3Server, tmp_path: Path
) -> None:
    if store.data is None:
        pytest.skip("only in a store of our own")
    archive = S3Archive(place(store, "tampered"), tmp_path / "archive")
    sha256 = await archive.put(CONTENT)
    [thing] = [path for path in (store.data / "tampered").rglob(sha256) if path.is_file()]
    thing.write_bytes(CONTENT.replace(b"PRA~1", b"PRA~9", 1))
    with pytest.raises(NotArchived):
        async with archive.open(sha256):
            pytest.fail("nobody may read it")
    assert left(archive) == []


async def test_a_store_that_refuses_or_is_away_is_waited_for_and_no_key_is_shown(
    store: S3Server, tmp_path: Path
) -> None:
    for changes in ({"secret_key": "hush"}, {"endpoint": "http://127.0.0.1:1", "secret_key": "hush"}):
        archive = S3Archive(place(store, "away", **changes), tmp_path / "archive")
        with pytest.raises(ArchiveUnavailable) as said:
            await archive.put(CONTENT)
        assert "hush" not in said.value.detail
        assert left(archive) == []
