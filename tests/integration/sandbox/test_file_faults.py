"""The faults of files, switched on and off over HTTP as a tester does."""

from pathlib import Path

import httpx
import pytest

from esr_sandbox.run import Sandbox


async def command(http: httpx.AsyncClient, what: str, day: str, vpd: str = "277") -> dict:
    answer = await http.post(f"/sandbox/esr/{vpd}/{what}", json={"date": day})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def fault(http: httpx.AsyncClient, name: str, **parameters: object) -> None:
    answer = await http.put(f"/sandbox/faults/{name}", json=parameters)
    assert answer.status_code == 200, answer.text


def out(sandbox: Sandbox) -> dict[str, Path]:
    return {path.name: path for path in sandbox.folders.out("277").iterdir()}


async def test_a_late_file_appears_when_the_fault_is_removed(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    await fault(http, "late-file")
    written = await command(http, "changes", "2026-08-04")
    assert out(sandbox) == {}
    assert (await http.delete("/sandbox/faults/late-file")).status_code == 204
    assert set(out(sandbox)) == {written["name"]}


async def test_a_missing_sequence_is_skipped_for_good(http: httpx.AsyncClient) -> None:
    first = await command(http, "changes", "2026-08-04")
    await fault(http, "missing-sequence")
    second = await command(http, "changes", "2026-08-05")
    third = await command(http, "changes", "2026-08-06")
    assert [second["sequence"] - first["sequence"], third["sequence"] - second["sequence"]] == [2, 1]


@pytest.mark.parametrize(("content", "same"), [("same", True), ("changed", False)])
async def test_a_duplicate_comes_again_with_the_next_changes(
    sandbox: Sandbox, http: httpx.AsyncClient, content: str, same: bool
) -> None:
    first = await command(http, "changes", "2026-08-04")
    path = out(sandbox)[first["name"]]
    before = path.read_bytes()
    path.unlink()
    await fault(http, "duplicate-file", content=content)
    second = await command(http, "changes", "2026-08-05")
    assert set(out(sandbox)) == {first["name"], second["name"]}
    again = path.read_bytes()
    assert (again == before) is same
    lines = again.splitlines()
    assert lines[-1] == b"TRL~%d" % len(lines)


async def test_a_partial_write_lies_under_a_suffix_until_the_fault_is_removed(
    sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    await fault(http, "partial-write")
    written = await command(http, "changes", "2026-08-04")
    (partial,) = out(sandbox).values()
    assert partial.name == f"{written['name']}._TXFR"
    assert not partial.read_bytes().rpartition(b"\n")[0].endswith(b"TRL")
    await http.delete("/sandbox/faults")
    assert set(out(sandbox)) == {written["name"]}


async def test_a_wrong_charset_is_utf_8(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    await fault(http, "wrong-charset")
    written = await command(http, "snapshot", "2026-08-03")
    content = out(sandbox)[written["name"]].read_bytes()
    assert content.decode("utf-8") != content.decode("iso-8859-1")


async def put_file(sandbox: Sandbox) -> str:
    name = "TA_277_LNK_MN2705_00000001.DAT"
    (sandbox.folders.inbox("277") / name).write_text(f"HDR,{name},20260902120000,LNK,277,M,N,05\nATT\nFTR,1,0\n")
    return name


async def test_quarantine_refuses_a_whole_file(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    await fault(http, "quarantine")
    name = await put_file(sandbox)
    await command(http, "read-inbox", "2026-09-02")
    assert out(sandbox)[f"CF_277_{name}"].read_text().splitlines()[1].startswith("CNF,0,,REJ,F009,")


async def test_without_a_confirmation_the_file_is_read_all_the_same(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    await fault(http, "no-confirmation")
    await put_file(sandbox)
    read = await command(http, "read-inbox", "2026-09-02")
    assert read["files"][0]["answers"] == {"REJ": 1}
    assert out(sandbox) == {}
