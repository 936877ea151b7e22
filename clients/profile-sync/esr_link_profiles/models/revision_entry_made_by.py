from typing import Literal

RevisionEntryMadeBy = Literal["person", "rule"]

REVISION_ENTRY_MADE_BY_VALUES: set[RevisionEntryMadeBy] = {
    "person",
    "rule",
}


def check_revision_entry_made_by(value: str) -> RevisionEntryMadeBy:
    if value in REVISION_ENTRY_MADE_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REVISION_ENTRY_MADE_BY_VALUES!r}")
