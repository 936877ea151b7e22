"""`If-Match`: one reading of it, the same at every service."""

from __future__ import annotations

import pytest

from esrlink.errors import Invalid
from esrlink.http.if_match import etag, expected_version


@pytest.mark.parametrize(
    ("header", "stated", "version"),
    [
        (None, None, None),
        (None, 4, 4),
        ("*", 4, 4),
        ('"3"', None, 3),
        ('W/"3"', None, 3),
        (' "3" ', 3, 3),
        ("3", None, 3),
        (etag(12), None, 12),
    ],
)
def test_the_version_comes_from_the_header_or_else_from_the_body(header, stated, version) -> None:
    assert expected_version(header, stated) == version


@pytest.mark.parametrize(
    "header", ["", "0", '"0"', "three", '"', '""', '"3', '3"', '"-3"', '"٣"', "1" * 10, '"1", "2"']
)
def test_a_header_that_is_no_version_is_refused(header) -> None:
    with pytest.raises(Invalid) as refused:
        expected_version(header)
    assert refused.value.field == "If-Match"


def test_a_header_and_a_body_that_name_different_versions_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        expected_version('"3"', 4)
    assert refused.value.field == "version"
