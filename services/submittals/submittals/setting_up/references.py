"""What a table's rows name of other tables and of the rules: it must be there on the day from which they apply. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from submittals.rules.catalogue import refused_settings
from submittals.setting_up.checking import Checked, RowTrouble
from submittals.trusts.dated import Rows, TableName
from submittals.trusts.settings import TrustSettings

_Found = Iterator[tuple[int, str, str, str]]
"""The row's place, the column, its text and a sentence."""


def with_references(table: TableName, checked: Checked, trust: TrustSettings) -> Checked:
    """The rows that name nothing that is missing, and a trouble for each of the others."""
    check = _CHECKS.get(table)
    found = list(check(checked.rows, trust)) if check else []
    if not found:
        return checked
    bad = {place for place, _, _, _ in found}
    kept = [place for place in range(len(checked.rows)) if place not in bad]
    troubles = [RowTrouble(checked.lines[place], column, text, words) for place, column, text, words in found]
    return Checked(
        tuple(checked.rows[place] for place in kept),
        tuple(checked.lines[place] for place in kept),
        tuple(sorted((*checked.troubles, *troubles), key=lambda one: one.row)),
    )


def _rate_cards(rows: Rows, trust: TrustSettings) -> _Found:
    known = ", ".join(element.code for element in trust.pay_elements) or "none"
    for place, card in enumerate(rows):
        if trust.pay_element(card.element) is None:
            words = f"The trust has no pay element of this code on that day. It has: {known}."
            yield place, "element", card.element, words


def _groups(rows: Rows, trust: TrustSettings) -> _Found:
    for place, group in enumerate(rows):
        if trust.department(group.product, group.department) is None:
            words = f"The trust has no department {group.product}/{group.department} on that day."
            yield place, "department", group.department, words


def _rules(rows: Rows, _: TrustSettings) -> _Found:
    for place, words in refused_settings(rows):
        yield place, "code", rows[place].code, words


_CHECKS: Mapping[TableName, Callable[[Rows, Any], _Found]] = {
    "rate_cards": _rate_cards,
    "validation_groups": _groups,
    "rules": _rules,
}
