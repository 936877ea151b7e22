from typing import Literal

RevisionEntryState = Literal["excluded", "matched", "possible", "unmatched"]

REVISION_ENTRY_STATE_VALUES: set[RevisionEntryState] = {
    "excluded",
    "matched",
    "possible",
    "unmatched",
}


def check_revision_entry_state(value: str) -> RevisionEntryState:
    if value in REVISION_ENTRY_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REVISION_ENTRY_STATE_VALUES!r}")
