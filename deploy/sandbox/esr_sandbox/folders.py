"""Where a sandbox keeps its files under its root folder.

`<vpd>/Out` and `<vpd>/In` are all that SFTP shows; archive, spool, keys and memory stand beside them.
"""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """The folders of one sandbox."""

    root: Path

    def exchange(self, vpd: str) -> Path:
        """The folder that a trust's SFTP user sees as `/`."""
        return self.root / vpd

    def out(self, vpd: str) -> Path:
        """Where ESR puts its files."""
        return self.root / vpd / "Out"

    def inbox(self, vpd: str) -> Path:
        """Where files for ESR are put."""
        return self.root / vpd / "In"

    def archive(self, vpd: str) -> Path:
        """Where files go that ESR has read."""
        return self.root / "archive" / vpd

    def authorized_keys(self, vpd: str) -> Path:
        """Public keys that may sign in as the trust's SFTP user; need not be there."""
        return self.root / "authorized_keys" / vpd

    @property
    def spool(self) -> Path:
        """Where a file is written before it is moved into place in one step."""
        return self.root / "spool"

    @property
    def memory(self) -> Path:
        """The store."""
        return self.root / "sandbox.sqlite3"

    @property
    def host_key(self) -> Path:
        """The SFTP server's private key; the public one stands beside it as `.pub`."""
        return self.root / "ssh_host_ed25519_key"

    def make(self, vpds: tuple[str, ...]) -> None:
        """Make the folders that are not there yet."""
        self.spool.mkdir(parents=True, exist_ok=True)
        (self.root / "authorized_keys").mkdir(exist_ok=True)
        for vpd in vpds:
            for folder in (self.out(vpd), self.inbox(vpd), self.archive(vpd)):
                folder.mkdir(parents=True, exist_ok=True)

    def put(self, path: Path, content: bytes) -> None:
        """Write a file so that it is there whole or not at all."""
        spooled = self.spool / path.name
        with spooled.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        spooled.replace(path)
