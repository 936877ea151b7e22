"""The archive in an S3-compatible store: an object under `prefix/ab/abcdef…` for each file. A put is whole or not at all.

Memory stays flat: large files go up in parts and come down in blocks. What comes down is checked against its hash before
anybody reads it, and is on our disk only while it is read.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from esr_gateway.archive.drafts import Drafts, keep_bytes, measure, on_our_disk
from esr_gateway.archive.port import ArchiveUnavailable, Edges, Kept, NotArchived

_PART = 5 << 20  # the smallest that S3 takes
_AT_ONCE = 4
_RETRY = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}


@dataclass(frozen=True, slots=True)
class S3Place:
    """Where the store is. Without an endpoint it is Amazon's; without keys they come from the machine's own identity."""

    bucket: str
    endpoint: str | None = None
    region: str | None = None
    prefix: str = ""
    access_key: str | None = None
    secret_key: str | None = None


class S3Archive:
    """Files under their hash in a bucket; drafts, and what is read at the moment, in `folder` on our disk."""

    def __init__(self, place: S3Place, folder: Path, *, timeout: timedelta = timedelta(seconds=60)) -> None:
        self._drafts = Drafts(folder / "drafts")
        self._prefix = f"{place.prefix.strip('/')}/" if place.prefix.strip("/") else ""
        given = {
            "endpoint": place.endpoint,
            "region": place.region or "us-east-1",
            "access_key_id": place.access_key,
            "secret_access_key": place.secret_key,
        }
        options: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        # A request is one part or one block, so a bound on each of them is none on a file as a whole.
        client: Any = {"timeout": timeout, "connect_timeout": timedelta(seconds=10)}
        if (place.endpoint or "").startswith("http:"):
            client["allow_http"] = True
        self._store = S3Store(place.bucket, client_options=client, retry_config=_RETRY, **options)  # type: ignore[arg-type]

    def draft(self, name: str | None = None) -> Path:
        """A path on our disk."""
        return self._drafts.path(name)

    def sweep_drafts(self, older_than: timedelta) -> int:
        """Remove old drafts."""
        return self._drafts.sweep(older_than)

    async def keep(self, draft: Path) -> Kept:
        """Put the draft into the store, unless its bytes are there already, and remove it from our disk."""
        kept = await asyncio.to_thread(measure, draft)
        if not await self.holds(kept.sha256, kept.size):
            key = self._key(kept.sha256)
            with _explained(kept.sha256):
                await obstore.put_async(self._store, key, draft, chunk_size=_PART, max_concurrency=_AT_ONCE)
            if not await self.holds(kept.sha256, kept.size):
                raise ArchiveUnavailable("The store took a file and shows another length for it.")
        await asyncio.to_thread(draft.unlink, missing_ok=True)
        return kept

    async def put(self, content: bytes) -> str:
        """Keep bytes."""
        return await keep_bytes(self, content)

    async def holds(self, sha256: str, size: int) -> bool:
        """Ask the store."""
        try:
            with _explained(sha256):
                return (await obstore.head_async(self._store, self._key(sha256)))["size"] == size
        except NotArchived:
            return False

    async def edges(self, sha256: str, length: int) -> Edges:
        """Two ranges of the object."""
        key = self._key(sha256)
        with _explained(sha256):
            size = (await obstore.head_async(self._store, key))["size"]
            if size == 0:
                return Edges(0, b"", b"")
            head = bytes(await obstore.get_range_async(self._store, key, start=0, length=min(length, size)))
            if size <= length:
                return Edges(size, head, head)
            tail = bytes(await obstore.get_range_async(self._store, key, start=size - length, length=length))
        return Edges(size, head, tail)

    @asynccontextmanager
    async def open(self, sha256: str) -> AsyncIterator[Path]:
        """Bring the object to our disk, check it, and remove it from there afterwards."""
        path = self.draft()
        try:
            await self._bring(sha256, path)
            yield path
        finally:
            path.unlink(missing_ok=True)

    async def _bring(self, sha256: str, path: Path) -> None:
        key, digest, at = self._key(sha256), hashlib.sha256(), 0
        with on_our_disk(), path.open("wb") as file, _explained(sha256):
            size = (await obstore.head_async(self._store, key))["size"]
            while at < size:
                length = min(_PART, size - at)
                block = await obstore.get_range_async(self._store, key, start=at, length=length)
                at += len(block)
                digest.update(block)
                file.write(block)
        if digest.hexdigest() != sha256:
            raise NotArchived(f"What the store holds as {sha256} is not what was archived. Put it back from a backup.")

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}{sha256[:2]}/{sha256}"


@contextmanager
def _explained(sha256: str) -> Iterator[None]:
    """Turn what the client raises into our two kinds. Its own texts may show addresses and keys, so they are left out."""
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise NotArchived(f"The archive's store has no object {sha256}. Put it back from a backup.") from None
    except BaseError as error:
        raise ArchiveUnavailable(
            f"The archive's store did not do what it was asked ({type(error).__name__})."
        ) from None
