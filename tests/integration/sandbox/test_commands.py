"""The command line: `esrlink sandbox` and `esrlink sandbox generate-go`."""

import signal
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from esr_sandbox.commands import sandbox_command


def test_generate_go_writes_a_file_and_says_where(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        sandbox_command,
        ["generate-go", "--rows", "1000", "--vpd", "312", "--out", str(tmp_path), "--date", "2026-09-01"],
    )
    assert result.exit_code == 0, result.output
    (path,) = tmp_path.iterdir()
    assert path.name == "GO_312_GDW_GDR_20260901_00000001.DAT"
    assert str(path) in result.output
    assert path.read_bytes().count(b"\n") == 1002


def test_generate_go_names_the_trusts_when_one_is_not_known(tmp_path: Path) -> None:
    result = CliRunner().invoke(sandbox_command, ["generate-go", "--vpd", "999", "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "277, 312" in result.output


def test_the_sandbox_runs_alone_tells_where_everything_is_and_stops_when_asked(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from esr_sandbox.commands import sandbox_command as run; run()",
            "--root",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines = []
    with process, process.stdout as output:
        for line in output:
            lines.append(line)
            if "Ctrl-C" in line:
                process.send_signal(signal.SIGINT)
    text = "".join(lines)
    assert process.returncode == 0
    assert "hub-277 / sandbox-277" in text
    assert "http://127.0.0.1:" in text
