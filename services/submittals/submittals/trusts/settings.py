"""A trust's settings for submittals on one day: departments, absence types, pay elements, rates, groups, rules and limits.

They are the trust's own words and figures; nothing here is a constant of the product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from esrlink.contracts.types import Department, Product
from submittals.content import Actor, ClockTime, Rate, Unit, Words


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DepartmentSettings(_Setting):
    """A department that runs a rota in a product."""

    product: Product
    department: Department
    name: Words = Field(description="As people read it.")
    cost_code: Words | None = Field(default=None, description="Where extra work goes that names no other.")
    validators: tuple[Actor, ...] = Field(
        default=(), description="Who may validate; anyone but the claimant when empty."
    )


class Reason(_Setting):
    """A reason of an absence type."""

    code: Words = Field(description="A reason of the type, as rotas send it; S10 to S99 for sickness.")
    words: Words = Field(description="The reason, for people to read.")


class AbsenceType(_Setting):
    """An absence type: the code that rotas send, and ESR's name for it, for people to read.

    What goes into a file is the gateway's own table, which knows the type by the same code.
    """

    code: Words = Field(description="As rotas send it.")
    esr_name: Words = Field(description="ESR's name of it, for people to read.")
    unit: Literal["days", "hours"] = Field(default="days", description="Sickness counts calendar days, leave hours.")
    reasons: tuple[Reason, ...] = ()
    reason_required: bool = Field(default=False, description="Sickness needs one in any case.")

    @property
    def is_sickness(self) -> bool:
        """Whether it needs a level-1 reason, S10 to S99 (ESR's own list)."""
        return "sickness" in {self.code.casefold(), self.esr_name.casefold()}


class PayElement(_Setting):
    """What extra work is paid as. With no grades, job roles or staff groups it is for everyone."""

    code: Words = Field(description="As rotas and the gateway know it.")
    name: Words = Field(description="As people read it.")
    unit: Unit = Field(description="What the rate is for.")
    default_rate: Rate | None = Field(default=None, description="Pounds per unit where no rate card says another.")
    grades: tuple[Words, ...] = Field(default=(), description="ESR's grades for whom it is the default.")
    job_roles: tuple[Words, ...] = Field(default=(), description="ESR's job roles for whom it is the default.")
    staff_groups: tuple[Words, ...] = Field(default=(), description="ESR's staff groups for whom it is the default.")


class RateCard(_Setting):
    """The default rate of an element for some people and some sessions; what is left out says nothing of it."""

    element: Words = Field(description="The pay element's code.")
    grade: Words | None = Field(default=None, description="ESR's grade of the post.")
    job_role: Words | None = Field(default=None, description="ESR's job role of the post.")
    staff_group: Words | None = Field(default=None, description="ESR's staff group of the post.")
    session_type: Words | None = Field(
        default=None, description="Words in the session's name: “evening” is for “Theatre 3 evening”."
    )
    premium: bool | None = Field(default=None, description="Only in premium time, or only outside of it.")
    bank_holiday: bool | None = Field(default=None, description="Only on bank holidays, or only on other days.")
    rate: Rate

    @property
    def given_for(self) -> tuple[object, ...]:
        """Whom and what it is for: two cards for the same would contradict each other."""
        named = (self.element, self.grade, self.job_role, self.staff_group, self.session_type)
        return *(value.casefold() if value else None for value in named), self.premium, self.bank_holiday


class Deputy(_Setting):
    """Who stands in for a member of a validation group, and when."""

    of: Actor
    by: Actor
    first_day: date | None = Field(default=None, description="Left out: from any day.")
    last_day: date | None = Field(default=None, description="Left out: until any day.")
    only_when_away: bool = Field(
        default=False, description="Only while the member is on leave: an absence of theirs that is approved."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("last_day is before first_day")
        return self

    def stands_in(self, day: date, *, away: bool) -> bool:
        """Whether they stand in on this day; `away`: the member is on leave."""
        return (away or not self.only_when_away) and (self.first_day or date.min) <= day <= (self.last_day or date.max)


class ValidationGroup(_Setting):
    """People who validate the records of a department, one group after another."""

    product: Product
    department: Department
    name: Words = Field(description="The group's name within the department.")
    kind: Literal["absence", "attendance"] | None = Field(
        default=None, description="What it validates; both when left out."
    )
    order: int = Field(default=1, ge=1, le=99, description="The group with the lowest number validates first.")
    need: Literal["all", "any"] | Annotated[int, Field(ge=1, le=99)] = Field(
        default="any", description="How many of the members must validate: any one, all, or a number."
    )
    members: Annotated[tuple[Actor, ...], Field(min_length=1)]
    deputies: tuple[Deputy, ...] = ()

    @model_validator(mode="after")
    def _can_validate(self) -> Self:
        _once("members", [member.casefold() for member in self.members])
        if isinstance(self.need, int) and self.need > len(self.members):
            raise ValueError(f"{self.need} of the group must validate, and it has {len(self.members)} members")
        members = {member.casefold() for member in self.members}
        for deputy in self.deputies:
            if deputy.of.casefold() not in members:
                raise ValueError(f"{deputy.of} has a deputy and is no member of the group")
            if deputy.by.casefold() == deputy.of.casefold():
                raise ValueError(f"{deputy.of} cannot stand in for themselves")
        return self

    @property
    def needed(self) -> int:
        """How many members, or their deputies, must validate."""
        return {"any": 1, "all": len(self.members)}[self.need] if isinstance(self.need, str) else self.need


class RuleSetting(_Setting):
    """How strictly a trust takes one rule, with the figures that the rule asks for."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,59}$")] = Field(
        description="The rule's code, as findings carry it.", examples=["rest_time_short"]
    )
    severity: Literal["error", "warning", "off"] = Field(description="An error returns the record to the department.")
    parameters: dict[
        Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")],
        Annotated[Decimal, Field(ge=0, le=99_999, max_digits=8, decimal_places=3)],
    ] = Field(default={}, description="Figures of the rule by name.", examples=[{"hours": "11"}])


class GeneralSettings(_Setting):
    """What a trust sets once, for all of its departments."""

    # Three months: the usual limit for claims in trust policies; older ones need payroll's own form.
    retro_days: int = Field(default=90, ge=0, le=3650, description="How many days back a record may reach.")
    # 37.5 hours over five days: the standard week. Working patterns of a person come later.
    hours_per_day: Decimal = Field(
        default=Decimal("7.5"),
        gt=0,
        le=24,
        max_digits=4,
        decimal_places=2,
        description="What a day of leave counts, in hours.",
    )
    bank_holidays_off: bool = Field(
        default=False, description="Leave counts no hours for bank holidays of England and Wales."
    )
    period_type: Literal["W", "M", "L", "B"] = Field(
        default="M", description="Whose cut-offs are told: W weekly, M monthly, L lunar, B two-weekly pay."
    )
    # 19:00 to 07:00, with weekends and bank holidays: the consultant contract of 2003, schedule 7.
    premium_from: ClockTime = Field(default=time(19), description="When premium time starts on a working day.")
    premium_until: ClockTime = Field(default=time(7), description="When premium time ends in the morning.")
    final_approval: bool = Field(default=False, description="Payroll approves after the departments have.")
    supplementary_runs: bool = Field(default=False, description="Corrections may go into a supplementary run.")


class TrustSettings(GeneralSettings):
    """All that the submittals service knows of a trust, as it is on one day."""

    ods_code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{3,6}$")]
    name: Words
    departments: tuple[DepartmentSettings, ...] = ()
    absence_types: tuple[AbsenceType, ...] = ()
    pay_elements: tuple[PayElement, ...] = ()
    rate_cards: tuple[RateCard, ...] = ()
    cost_codes: tuple[Words, ...] = Field(
        default=(), description="Codes that payroll takes, beside the departments' own."
    )
    validation_groups: tuple[ValidationGroup, ...] = Field(
        default=(), description="A department with none has its validators as one group, of whom any may validate."
    )
    rules: tuple[RuleSetting, ...] = Field(default=(), description="Rules that are not named stand as they come.")

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        _once("departments", [(d.product, d.department) for d in self.departments])
        _once("absence_types", [kind.code.casefold() for kind in self.absence_types])
        _once("pay_elements", [element.code.casefold() for element in self.pay_elements])
        _once("rate_cards", [card.given_for for card in self.rate_cards])
        _once("validation_groups", [(g.product, g.department, g.name.casefold()) for g in self.validation_groups])
        _once("cost_codes", self.cost_codes)
        _once("rules", [rule.code for rule in self.rules])
        return self

    def department(self, product: str, department: str) -> DepartmentSettings | None:
        """The department's settings, if the trust has it."""
        return next((d for d in self.departments if (d.product, d.department) == (product, department)), None)

    def absence_type(self, code: str) -> AbsenceType | None:
        """The absence type of that code, whatever its capitals."""
        return next((kind for kind in self.absence_types if kind.code.casefold() == code.casefold()), None)

    def pay_element(self, code: str) -> PayElement | None:
        """The pay element of that code, whatever its capitals."""
        return next((element for element in self.pay_elements if element.code.casefold() == code.casefold()), None)

    @cached_property
    def cards_by_post(self) -> Mapping[tuple[str, str | None, str | None, str | None], Sequence[RateCard]]:
        """The rate cards by element (its code in small letters), grade, job role and staff group, as they name them."""
        found: dict[tuple[str, str | None, str | None, str | None], list[RateCard]] = {}
        for card in self.rate_cards:
            key = card.element.casefold(), card.grade, card.job_role, card.staff_group
            found.setdefault(key, []).append(card)
        return found

    def __copy__(self) -> Self:
        copied = super().__copy__()
        copied.__dict__.pop("cards_by_post", None)  # a copy may get other cards
        return copied

    def rule(self, code: str) -> RuleSetting | None:
        """What the trust has set of a rule."""
        return next((rule for rule in self.rules if rule.code == code), None)

    def groups_of(
        self, product: str, department: str, kind: Literal["absence", "attendance"]
    ) -> tuple[ValidationGroup, ...]:
        """The groups that validate a department's records of a kind, in order; none: anyone may who had no hand in it."""
        here = [
            group
            for group in self.validation_groups
            if (group.product, group.department) == (product, department) and group.kind in {None, kind}
        ]
        if here:
            return tuple(sorted(here, key=lambda group: (group.order, group.name)))
        known = self.department(product, department)
        if known is None or not known.validators:
            return ()
        members = tuple({one.casefold(): one for one in known.validators}.values())
        return (ValidationGroup(product=product, department=department, name="Validators", members=members),)

    def knows_cost_code(self, code: str) -> bool:
        """Whether payroll takes the code; a trust that lists none takes any."""
        return not self.cost_codes or code in self.cost_codes or any(code == d.cost_code for d in self.departments)


def _once(field: str, keys: Iterable[Hashable]) -> None:
    twice = [_words(key) for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ValueError(f"{field} names these more than once: {', '.join(sorted(twice))}")


def _words(key: Hashable) -> str:
    return "/".join(str(part) for part in key if part is not None) if isinstance(key, tuple) else str(key)
