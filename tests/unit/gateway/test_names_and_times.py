"""References, cut-offs and confirmations: small pure things that money depends on."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esr_gateway.from_esr.confirmation_file import read_confirmation
from esr_gateway.from_esr.verdicts import Quarantined
from esr_gateway.layout import confirmation
from esr_gateway.to_esr.reference import reference_of
from esr_gateway.trust_settings import PeriodSettings

NAME = "CF_277_TA_277_LNK_MN2705_00000001.DAT"


@given(st.uuids(), st.integers(1, 999), st.uuids(), st.integers(1, 999))
def test_a_reference_fits_and_names_one_version_only(one: UUID, v: int, other: UUID, w: int) -> None:
    reference = reference_of(one, v)
    assert len(reference) <= 30
    assert reference.isascii()
    assert (reference == reference_of(other, w)) == ((one, v) == (other, w))


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        pytest.param("2026-09-02T12:00", datetime(2026, 9, 2, 11, 0, tzinfo=UTC), id="summer"),
        pytest.param("2026-12-02T12:00", datetime(2026, 12, 2, 12, 0, tzinfo=UTC), id="winter"),
        pytest.param(
            "2026-10-25T01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="the hour that comes twice: its first"
        ),
        pytest.param(
            "2026-03-29T01:30",
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
            id="the hour that is skipped: as far behind midnight",
        ),
    ],
)
def test_a_cut_off_is_local_time(local: str, moment: datetime) -> None:
    period = PeriodSettings(
        period_type="M", tax_year=27, period=5, pay_name="Pay", starts="2026-08-01", ends="2026-08-31",
        cut_off_local=local, pay_date="2026-09-27",
    )  # type: ignore[arg-type]  # fmt: skip
    assert period.cut_off == moment


def _confirmation(*rows: str, header: str = f"HDR,{NAME},20260806063000,277", trailer: str | None = None) -> bytes:
    lines = [header, *rows, f"FTR,{len(rows)}" if trailer is None else trailer]
    return "".join(f"{line}\n" for line in lines).encode()


def test_a_confirmation_says_what_became_of_each_row() -> None:
    content = _confirmation(
        "CNF,1,,OK,,", 'CNF,2,,REJ,C012,"Closed, or unknown"', "CNF,x,,OK,,", "CNF,3,,MAYBE,,", "CNF,4"
    )
    read = read_confirmation(confirmation(), NAME, "277", content)
    assert read.answered == "TA_277_LNK_MN2705_00000001.DAT"
    assert [(one.row_number, one.outcome, one.text) for one in read.answers] == [
        (1, "accepted", ""),
        (2, "rejected", "Closed, or unknown"),
    ]
    assert [one.code for one in read.rejected] == ["not_a_number", "unknown_outcome", "wrong_column_count"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("CF.DAT", _confirmation(), "wrong_name"),
        (NAME.replace("CF_277", "CF_312"), _confirmation(), "other_trust"),
        (NAME, b"", "empty_file"),
        (NAME, b"\xff\xfe", "unreadable"),
        (NAME, _confirmation(header="HDX"), "no_header"),
        (NAME, _confirmation(header="HDR,other"), "header_names_another_file"),
        (NAME, _confirmation(trailer="CNF,1,,OK,,"), "no_trailer"),
        (NAME, _confirmation(trailer="FTR,9"), "count_off"),
    ],
)
def test_a_confirmation_with_a_wrong_frame_is_quarantined(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Quarantined) as verdict:
        read_confirmation(confirmation(), name, "277", content)
    assert verdict.value.code == code
