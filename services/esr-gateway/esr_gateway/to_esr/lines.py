"""From an instruction to the line that a file carries: names and figures as ESR calls them, by the trust's settings. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypedDict
from uuid import UUID

from esr_gateway.trust_settings import AbsenceSettings, ElementSettings, TrustSettings
from esrlink.contracts import Absence, Attendance, SubmittalApproved

Action = Literal["add", "update", "delete"]
Change = Literal["new", "corrected", "reversed"]
_PARTS = {"full": "", "morning": "AM", "afternoon": "PM"}
_PENNY = Decimal("0.01")
_LARGEST = Decimal(1_000_000)  # no figure of one record comes near; what does is a slip, and payroll would pay it
_FINEST = Decimal("0.000001")


class Unwritable(Exception):
    """The instruction cannot be written and is held. `field` is the submittal's field to mend, where there is one."""

    def __init__(self, code: str, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.field = field


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file. `values` fill the layout's templates; `pairs` are the inputs of a pay element.

    `figures` are the values that ESR shows again in its own files, plain and sorted: what proves that the line landed.
    """

    submittal_id: UUID
    version: int
    employee_number: str
    assignment_number: str
    kind: Literal["attendance", "absence"]
    action: Action
    name: str
    reference: str
    starts: date
    ends: date | None
    values: dict[str, object]
    pairs: tuple[tuple[str, str], ...]
    figures: tuple[str, ...]
    units: Decimal
    amount: Decimal | None
    product: str
    department: str
    change: Change
    corrects: UUID | None


def line_of(submittal: SubmittalApproved, settings: TrustSettings, reference: str, opened_as: str | None) -> Line:
    """The line of one instruction. `opened_as` is the reference of the record that it closes or reverses, if it does.

    Raises `Unwritable` when the trust's settings do not say how.
    """
    if submittal.attendance is not None:
        return _attendance(submittal, submittal.attendance, settings, reference)
    if submittal.absence is not None:
        return _absence(submittal, submittal.absence, settings, reference, opened_as)
    raise Unwritable("no_content", "The approved record holds neither an absence nor an attendance.")


def plain(figure: Decimal) -> str:
    """A figure as files carry it: no exponent, no needless zeros, no minus before nought."""
    text = f"{figure + 0:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _attendance(submittal: SubmittalApproved, work: Attendance, settings: TrustSettings, reference: str) -> Line:
    element: ElementSettings | None = settings.elements.get(work.pay_element)
    if element is None:
        raise Unwritable(
            "element_not_mapped",
            f"The trust's settings do not say what ESR calls the pay element {work.pay_element!r}.",
            "attendance.pay_element",
        )
    for name in ("units", "rate", "amount"):
        _sound(name, getattr(work, name), f"attendance.{name}")
    amount = work.amount if work.amount is not None else _product(work.units, work.rate)
    # A reversal may come with the figures of what it reverses, or with their negatives already.
    sign = -1 if submittal.reversal and (work.units, amount or 0) > (0, 0) else 1
    figures = {"units": sign * work.units, "rate": work.rate, "amount": None if amount is None else sign * amount}
    pairs = []
    for given in element.inputs:
        figure = figures[given.figure]
        if figure is None:
            raise Unwritable(
                "figure_missing",
                f"ESR's input {given.name!r} needs the {given.figure}, and the record has none.",
                f"attendance.{given.figure}",
            )
        pairs.append((given.name, plain(figure) if given.figure == "units" else f"{_money(figure):f}"))
    return Line(
        submittal_id=submittal.submittal_id,
        version=submittal.version,
        employee_number=submittal.employee_number,
        assignment_number=submittal.assignment_number,
        kind="attendance",
        action="add",
        name=element.esr_element,
        reference=reference,
        starts=work.date_worked,
        ends=work.date_worked,
        values={
            "earned": work.date_worked,
            "assignment_number": submittal.assignment_number,
            "element": element.esr_element,
            "cost_code": work.cost_code or "",
            "reference": reference,
        },
        pairs=tuple(pairs),
        figures=tuple(sorted(plain(Decimal(value)) for _, value in pairs)),
        units=sign * work.units,
        amount=figures["amount"],
        **_origin(submittal),
    )


def _absence(
    submittal: SubmittalApproved, leave: Absence, settings: TrustSettings, reference: str, opened_as: str | None
) -> Line:
    names: AbsenceSettings | None = settings.absence_types.get(leave.absence_type)
    esr_name = names.esr_name if names else leave.absence_type
    reason = (names.reasons.get(leave.reason, leave.reason) if names else leave.reason) if leave.reason else ""
    for name in ("days", "hours", "sessions"):
        _sound(name, getattr(leave, name), f"absence.{name}")
    action: Action = "add"
    if submittal.reversal or leave.closes is not None:
        if opened_as is None:
            what = "reverses" if submittal.reversal else "closes"
            raise Unwritable("original_not_sent", f"The record that this one {what} was never sent to ESR.")
        action, reference = ("delete" if submittal.reversal else "update"), opened_as
    units = next((f for f in (leave.days, leave.hours, leave.sessions) if f is not None), Decimal(0))
    return Line(
        submittal_id=submittal.submittal_id,
        version=submittal.version,
        employee_number=submittal.employee_number,
        assignment_number=submittal.assignment_number,
        kind="absence",
        action=action,
        name=esr_name,
        reference=reference,
        starts=leave.start_date,
        # An open absence goes without an end: the day of the extract in its place would end the leave in ESR.
        ends=None if leave.open else leave.end_date,
        values={
            "start": leave.start_date,
            "start_part": _PARTS[leave.start_part],
            "end": "" if leave.open or leave.end_date is None else f"{leave.end_date:%Y%m%d}",
            "end_part": "" if leave.open else _PARTS[leave.end_part],
            "assignment_number": submittal.assignment_number,
            "reference": reference,
            "absence_type": esr_name,
            "reason": reason,
            "days": "" if leave.days is None else plain(leave.days),
            "hours": "" if leave.hours is None else plain(leave.hours),
            "sessions": "" if leave.sessions is None else plain(leave.sessions),
            "open": "Y" if leave.open or leave.end_date is None else "N",
        },
        pairs=(),
        figures=(),
        units=units,
        amount=None,
        **_origin(submittal),
    )


class _Origin(TypedDict):
    product: str
    department: str
    change: Change
    corrects: UUID | None


def _origin(submittal: SubmittalApproved) -> _Origin:
    """Whose rota it comes from, and whether it corrects what was sent before."""
    whose = submittal.source.profile
    change: Change = "new" if submittal.corrects is None else "corrected"
    return {
        "product": whose.product,
        "department": whose.department,
        "change": "reversed" if submittal.reversal else change,
        "corrects": submittal.corrects,
    }


def _product(units: Decimal, rate: Decimal | None) -> Decimal | None:
    return None if rate is None else _money(units * rate)


def _money(figure: Decimal) -> Decimal:
    """Pounds and pence, half a penny up, as people and payroll round."""
    return (figure + 0).quantize(_PENNY, ROUND_HALF_UP)


def _sound(name: str, figure: Decimal | None, field: str) -> None:
    """Refuse a figure that no record can mean. `1E+999999999` is a number, too, and written out it fills the memory."""
    if figure is None:
        return
    if figure.copy_abs() >= _LARGEST:
        raise Unwritable("figure_too_large", f"The {name} is a million or more: that must be a slip.", field)
    if figure != figure.quantize(_FINEST):
        raise Unwritable("figure_too_fine", f"The {name} has more than six decimals.", field)
