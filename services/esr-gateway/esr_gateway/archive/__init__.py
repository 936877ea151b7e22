"""The archive: the bytes of every file, in and out, under their SHA-256, so that what was sent or read can be shown for ever."""

from esr_gateway.archive.folder import FolderArchive
from esr_gateway.archive.port import Archive, ArchiveUnavailable, Edges, Kept, NotArchived
from esr_gateway.archive.s3 import S3Archive, S3Place

__all__ = ["Archive", "ArchiveUnavailable", "Edges", "FolderArchive", "Kept", "NotArchived", "S3Archive", "S3Place"]
