"""The sheet of each of a trust's tables, in the order in which a trust is set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from submittals.setting_up.columns import Column, Form, Parts, columns_of
from submittals.trusts.dated import TableName
from submittals.trusts.settings import (
    AbsenceType,
    DepartmentSettings,
    Deputy,
    GeneralSettings,
    PayElement,
    RateCard,
    Reason,
    RuleSetting,
    ValidationGroup,
)

_Part = Mapping[str, Any]


def _reasons_apart(row: AbsenceType) -> Sequence[_Part]:
    return [{"reason": one.code, "reason_words": one.words} for one in row.reasons]


def _reasons_together(parts: Sequence[_Part]) -> dict[str, Any]:
    return {"reasons": [{"code": one["reason"], "words": one["reason_words"]} for one in parts]}


def _members_apart(row: ValidationGroup) -> Sequence[_Part]:
    empty = dict.fromkeys(("deputy", "deputy_from", "deputy_until", "deputy_when_away"))
    parts: list[_Part] = []
    for member in row.members:
        deputies = [one for one in row.deputies if one.of.casefold() == member.casefold()]
        parts += [{"member": member} | _deputy_apart(one) for one in deputies] or [{"member": member} | empty]
    return parts


def _deputy_apart(one: Deputy) -> dict[str, Any]:
    return {
        "deputy": one.by,
        "deputy_from": one.first_day,
        "deputy_until": one.last_day,
        # Said only where it is so: sheets of before know no such column.
        "deputy_when_away": True if one.only_when_away else None,
    }


def _members_together(parts: Sequence[_Part]) -> dict[str, Any]:
    members = {one["member"].casefold(): one["member"] for one in parts if one["member"]}
    deputies = [
        {
            "of": one["member"],
            "by": one["deputy"],
            "first_day": one["deputy_from"],
            "last_day": one["deputy_until"],
            "only_when_away": one["deputy_when_away"] or False,
        }
        for one in parts
        if one["deputy"] or one["deputy_from"] or one["deputy_until"] or one["deputy_when_away"]
    ]
    return {"members": list(members.values()), "deputies": deputies}


def _figures_apart(row: RuleSetting) -> Sequence[_Part]:
    return [{"parameter": name, "value": value} for name, value in row.parameters.items()]


def _figures_together(parts: Sequence[_Part]) -> dict[str, Any]:
    return {"parameters": {one["parameter"]: one["value"] for one in parts}}


_REASONS = Parts(
    (
        Column("reason", "code", "text", False, Reason.model_fields["code"].description or ""),
        Column("reason_words", "words", "text", False, Reason.model_fields["words"].description or ""),
    ),
    _reasons_apart,
    _reasons_together,
    {"code": "reason", "words": "reason_words", "reasons": "reason"},
)
_MEMBERS = Parts(
    (
        Column("member", "members", "text", True, "Who validates: a profile id of the department, or a user name."),
        Column("deputy", "by", "text", False, "Who stands in for this member."),
        Column("deputy_from", "first_day", "day", False, "From this day on; any day when left out."),
        Column("deputy_until", "last_day", "day", False, "Until this day; any day when left out."),
        Column(
            "deputy_when_away",
            "only_when_away",
            "yes or no",
            False,
            "Yes: only while the member is on leave, by an approved absence of theirs.",
        ),
    ),
    _members_apart,
    _members_together,
    {"members": "member", "by": "deputy", "of": "member", "first_day": "deputy_from", "last_day": "deputy_until"}
    | {"only_when_away": "deputy_when_away"},
)
_FIGURES = Parts(
    (
        Column("parameter", "parameters", "text", False, "The name of one of the rule's figures."),
        Column("value", "parameters", "figure", False, "The figure."),
    ),
    _figures_apart,
    _figures_together,
    {"parameters": "value"},
)

_COST_CODE = Column("code", "code", "text", True, "A cost code that payroll takes, beside the departments' own.")
_WHO = ("element", "grade", "job_role", "staff_group", "session_type", "premium", "bank_holiday")

FORMS: Mapping[TableName, Form] = {
    form.table: form
    for form in (
        Form("general", "General", "What holds for all departments.", GeneralSettings, columns_of(GeneralSettings), ()),
        Form(
            "departments",
            "Departments",
            "Who sends records, and the cost code that their extra work goes to.",
            DepartmentSettings,
            columns_of(DepartmentSettings),
            ("product", "department"),
        ),
        Form(
            "absence_types",
            "Absence types",
            "The types and reasons that rotas may send. A line for each reason.",
            AbsenceType,
            columns_of(AbsenceType, "reasons"),
            ("code",),
            _REASONS,
        ),
        Form(
            "pay_elements",
            "Pay elements",
            "What extra work is paid as, and for whom.",
            PayElement,
            columns_of(PayElement),
            ("code",),
        ),
        Form(
            "rate_cards",
            "Rate cards",
            "Default rates by grade, session, premium time and bank holiday. The card that says most wins.",
            RateCard,
            columns_of(RateCard),
            _WHO,
        ),
        Form(
            "cost_codes",
            "Cost codes",
            "The codes that payroll takes; any when none is listed.",
            None,
            (_COST_CODE,),
            ("code",),
        ),
        Form(
            "validation_groups",
            "Validation groups",
            "Who validates for a department, one group after another. A line for each member, and for each deputy.",
            ValidationGroup,
            columns_of(ValidationGroup, "members", "deputies"),
            ("product", "department", "name"),
            _MEMBERS,
        ),
        Form(
            "rules",
            "Rules",
            "How strictly rules are taken, with their figures. A line for each figure.",
            RuleSetting,
            columns_of(RuleSetting, "parameters"),
            ("code",),
            _FIGURES,
        ),
    )
}
