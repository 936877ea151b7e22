"""What is wrong with a value, in a plain sentence about the column that it stands in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SAYS: Mapping[str, str] = {
    "missing": "is needed",
    "string_too_short": "is needed",
    "extra_forbidden": "is no field of this table",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "holds characters that cannot be taken here",
    "string_type": "must be a text",
    "literal_error": "must be one of {expected}",
    "bool_parsing": "must be yes or no",
    "bool_type": "must be yes or no",
    "decimal_parsing": "must be a figure, such as 500 or 500.00",
    "decimal_type": "must be a figure, such as 500 or 500.00",
    "decimal_max_places": "has more than {decimal_places} decimal places",
    "decimal_max_digits": "has more than {max_digits} digits",
    "decimal_whole_digits": "is too large",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} at most",
    "date_from_datetime_parsing": "must be a day, such as 2027-04-01 or 01/04/2027",
    "date_parsing": "must be a day, such as 2027-04-01 or 01/04/2027",
    "too_short": "is needed",
    "tuple_type": "must be a list",
    "model_type": "must be an object with the table's fields",
    "model_attributes_type": "must be an object with the table's fields",
}


def sentence_for(field: str | None, error: Mapping[str, Any]) -> str:
    """The sentence for one of pydantic's errors."""
    what = "This row" if field is None else field.replace("_", " ").capitalize()
    kind = error["type"]
    if kind == "value_error":
        words = str(error["msg"]).removeprefix("Value error, ")
        return f"{what} {words}." if words.startswith("must ") else f"{words[:1].upper()}{words[1:]}."
    said = _SAYS.get(kind)
    if kind.endswith("_type") and error.get("input") is None:
        said = "is needed"
    context = {name: value for name, value in (error.get("ctx") or {}).items() if isinstance(name, str)}
    return f"{what} {said.format_map(context)}." if said else f"{what} cannot be taken: {error['msg']}."
