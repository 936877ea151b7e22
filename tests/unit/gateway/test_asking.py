"""The file that asks ESR for a snapshot."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from esr_gateway.from_esr.asking import request_for
from esr_gateway.layout import snapshot_request

LAYOUT = snapshot_request()
MIDNIGHT = datetime(2021, 4, 9, 23, 0, tzinfo=UTC)  # in London it is the 10th already


def test_its_name_and_row_are_as_esr_wants_them_and_meet_the_end_of_what_is_known() -> None:
    request = request_for(LAYOUT, "277", until=MIDNIGHT, before=None)
    assert request.name == "GO_277_GDW_GDR_20210410_00000001.DAT"
    assert request.content == b"HDR~GO_277_GDW_GDR_20210410_00000001.DAT~20210410 000000\n"


@pytest.mark.parametrize(
    ("before", "number"),
    [
        ("GO_277_GDW_GDR_20210410_00000001.DAT", 2),
        ("GO_277_GDW_GDR_20210410_00000007.DAT", 8),
        ("GO_277_GDW_GDR_20210409_00000007.DAT", 1),
    ],
)
def test_no_name_is_used_twice(before: str, number: int) -> None:
    request = request_for(LAYOUT, "277", until=MIDNIGHT, before=before)
    assert request.name == f"GO_277_GDW_GDR_20210410_{number:08d}.DAT"
    assert request.name.encode() in request.content
