"""Taking an uploaded file into effect: what a person has to have seen before, and what is refused until then."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from esrlink.db import WriteTx
from esrlink.errors import Conflict
from jobplan_adapter.uploads.keeping import take, upload_of
from jobplan_adapter.uploads.previewing import preview

# The same bound as for a provider that is asked: a trust does not lose half of its plans at once unseen.
_MOST_GONE = 0.5


class UploadHasErrors(Conflict):
    """Rows of the file cannot be taken, and nobody said to leave them out."""

    code, title = "upload_has_errors", "Some rows cannot be taken"


class UploadTakesAway(Conflict):
    """The file takes away most of the plans that are stored, and nobody said that it should."""

    code, title = "upload_takes_away", "Most plans would be gone"


async def take_upload(
    tx: WriteTx,
    vpd: str,
    provider: str,
    upload_id: UUID,
    *,
    leave_out_errors: bool,
    take_away: bool,
    by: str,
    now: datetime,
) -> None:
    """Make a file the one in effect. Raises `NotFound`, `UploadHasErrors` or `UploadTakesAway`."""
    upload, content = await upload_of(tx, vpd, provider, upload_id)
    if upload.errors and not leave_out_errors:
        raise UploadHasErrors(
            f"{upload.errors} rows cannot be taken. Mend the file and upload it again, or apply it with"
            " leave_out_errors: the plans of these rows then stay as they are."
        )
    found = await preview(tx, vpd, provider, content, now=now)
    gone = found.count("gone")
    if gone > found.held * _MOST_GONE and not take_away:
        raise UploadTakesAway(
            f"{gone} of {found.held} plans are not in the file and would be gone. A file replaces all plans of the"
            " provider; if that is meant, apply it with take_away."
        )
    await take(tx, vpd, provider, upload, by=by, now=now)
