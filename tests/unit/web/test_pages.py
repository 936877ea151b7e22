"""The shell and its building blocks: safe by default, in plain words, and not the NHS."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from markupsafe import Markup
from starlette.requests import Request

from esrlink.auth import Role
from esrlink.auth.testing import person, tryout_settings
from esrlink.errors import FieldProblem, Invalid, Unavailable
from esrlink.web import Pages, render_problem, wants_page, wording
from esrlink.web.assets import build, without_nhs_identity

NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)


def _request(path: str = "/", root_path: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "root_path": root_path, "query_string": b"", "headers": raw}
    return Request({**scope, "scheme": "https", "server": ("hub.test", 443), "app": FastAPI()})


@pytest.fixture
def pages(tmp_path) -> Pages:
    return Pages(tryout_settings(), tmp_path)


def _render(pages: Pages, tmp_path: Any, source: str, **context: Any) -> str:
    body = '{% import "macros.html" as ui with context %}' + source
    (tmp_path / "part.html").write_text(body, "utf-8")
    return bytes(pages.render(_request(), "part.html", now=NOW, **context).body).decode()


def test_whatever_a_record_holds_is_text_and_never_markup(pages, tmp_path) -> None:
    nasty = "<script>alert(1)</script>"
    for block in (
        "{{ ui.tag(x) }}",
        "{{ ui.notice(x, 'bad', href=x) }}",
        "{{ ui.empty(x, x) }}",
        "{{ ui.figures([{'label': x, 'value': x, 'unit': x, 'href': x}]) }}",
        "{{ ui.table(x, [x, {'text': x, 'numeric': true}], [[x, x], [{'text': x}, {'text': x}]]) }}",
        "{{ ui.summary([(x, x)]) }}",
        "{{ ui.pagination(x, x, x, x) }}",
        "{{ ui.breadcrumbs([{'text': x, 'href': x}]) }}",
    ):
        made = _render(pages, tmp_path, block, x=nasty)
        assert "<script" not in made, block
        assert "&lt;script&gt;" in made, block


def test_a_table_takes_markup_where_it_is_meant(pages, tmp_path) -> None:
    made = _render(pages, tmp_path, "{{ ui.table('Runs', ['Run', 'State'], [['R1', ui.tag('landed')]]) }}")
    assert '<strong class="nhsuk-tag nhsuk-tag--green">Landed</strong>' in made
    assert '<th class="nhsuk-table__cell esr-table__name" scope="row" role="rowheader">R1</th>' in made
    assert _render(pages, tmp_path, "{{ ui.summary([('File', m)]) }}", m=Markup("<code>a</code>")).count("<code>") == 1


def test_a_time_is_said_in_uk_time_and_from_now(pages, tmp_path) -> None:
    made = _render(pages, tmp_path, "{{ ui.when(at) }}", at=NOW + timedelta(hours=3, minutes=5))
    assert '<time datetime="2026-08-03T11:05:00+00:00">3 Aug 2026, 12:05' in made
    assert "(in 3 hours 5 minutes)" in made
    assert "never" in _render(pages, tmp_path, "{{ ui.when(none) }}")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (7500, "2 hours 5 minutes"),
        (86_400, "1 day"),
        (345_600, "4 days"),
    ],
)
def test_a_length_of_time_is_said_in_words(seconds, said) -> None:
    assert wording.duration(seconds) == said


@pytest.mark.parametrize(("value", "said"), [(12345, "12,345"), (1841.5, "1,841.5"), (2.0, "2"), ("n/a", "n/a")])
def test_a_number_is_said_with_its_thousands_apart(value, said) -> None:
    assert wording.number(value) == said


def test_words_for_counts_shares_and_money() -> None:
    assert [wording.counted(n, "line") for n in (0, 1, 1240)] == ["0 lines", "1 line", "1,240 lines"]
    assert wording.counted(2, "person", "people") == "2 people"
    assert [wording.percent(share) for share in (None, 0.958, 1.0)] == ["none yet", "95.8%", "100.0%"]
    assert [wording.money(amount) for amount in ("30160.00", 4, 0.1)] == ["£30,160.00", "£4.00", "£0.10"]
    assert [wording.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert (wording.product("clwrota"), wording.product("own-rota")) == ("CLWRota", "own-rota")


def test_a_page_with_trusts_says_whose_data_it_shows_and_to_whom(pages) -> None:
    auditor = person(Role.AUDITOR, Role.OPERATOR, vpds=("277", "312"))
    answer = pages.render(
        _request(), "signed_out.html", title="x", principal=auditor, trust_names={"277": "Alderbrook"}
    )
    told = re.sub(r"<[^>]+>|\s+", " ", bytes(answer.body).decode())
    assert "Showing Alderbrook 277 and trust 312 to you as auditor and operator." in re.sub(r" +", " ", told)


def test_the_navigation_leaves_out_what_would_be_refused(pages) -> None:
    made = bytes(pages.render(_request(), "signed_out.html", title="x", principal=person(Role.CLINICIAN)).body).decode()
    assert re.findall(r'class="esr-nav__link" href="([^"]*)"', made) == [
        "/",
        "/submittals/mine",
        "/jobplan-adapter/mine",
    ]


def test_a_page_carries_the_headers_that_keep_it_safe(pages) -> None:
    answer = pages.render(_request(), "signed_out.html", title="x")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_page_holds_a_script_or_style_that_the_policy_forbids(pages) -> None:
    made = bytes(pages.render(_request(), "signed_out.html", title="x", principal=person(Role.AUDITOR)).body).decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=|javascript:", made)


def test_the_shell_is_not_the_nhs(pages) -> None:
    made = bytes(pages.render(_request(), "signed_out.html", title="x").body).decode()
    assert "ESR Link is not an NHS service" in made
    assert "nhsuk-header__logo" not in made


def test_the_navigation_knows_where_it_is_under_a_mounted_service(pages) -> None:
    request = _request("/esr-gateway/files", root_path="/esr-gateway")
    made = bytes(pages.render(request, "signed_out.html", title="x", principal=person(Role.AUDITOR)).body).decode()
    assert re.findall(r'href="([^"]*)" aria-current="page"', made) == ["/esr-gateway/"]


def test_somebodys_own_page_is_one_place_and_the_service_that_serves_it_another(pages) -> None:
    request = _request("/submittals/mine", root_path="/submittals")
    doctor = person(Role.CLINICIAN, Role.VALIDATOR)
    made = bytes(pages.render(request, "signed_out.html", title="x", principal=doctor).body).decode()
    assert re.findall(r'href="([^"]*)" aria-current="page"', made) == ["/submittals/mine"]


def test_a_site_under_a_path_of_its_host_keeps_its_links_there(tmp_path) -> None:
    pages = Pages(tryout_settings(public_url="https://trust.test/esr-link/"))
    made = bytes(pages.render(_request(), "signed_out.html", title="x", principal=person(Role.AUDITOR)).body).decode()
    assert all(link.startswith("/esr-link/") for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', made))


def test_a_problem_is_a_page_that_says_what_to_do(pages) -> None:
    error = Invalid("Two values cannot be taken.", problems=[FieldProblem("start", "date", "Give a <day>.")])
    answer = render_problem(_request(), error, pages)
    body = bytes(answer.body).decode()
    assert answer.status_code == 422
    assert "Give a &lt;day&gt;." in body
    assert "Nothing that you sent before is lost" not in body
    down = render_problem(_request(), Unavailable("Busy.", headers={"Retry-After": "2"}), pages)
    assert down.headers["Retry-After"] == "2"
    assert "Nothing that you sent before is lost" in bytes(down.body).decode()


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({"accept": "text/html,application/xhtml+xml"}, True),
        ({"accept": "application/json"}, False),
        ({"accept": "*/*"}, False),
        ({}, False),
        ({"accept": "text/html", "hx_request": "true"}, False),
    ],
)
def test_a_page_goes_to_browsers_only(headers, page) -> None:
    assert wants_page(_request(**headers)) is page


def test_the_nhs_typeface_and_addresses_are_taken_out() -> None:
    css = (
        "@font-face{font-family:Frutiger W01;src:url(https://assets.nhs.uk/x)}"
        "a{font-family:Frutiger W01,arial}b{background:url(/assets/images/i.svg)}"
    )
    clean = without_nhs_identity(css)
    assert "Frutiger" not in clean
    assert "https:" not in clean
    assert "url(images/i.svg)" in clean


def test_missing_packages_are_named(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="nhsuk-frontend"):
        build(tmp_path / "node_modules", tmp_path / "assets")
