"""What Prometheus asks and what alerts and dashboards speak of exists: each target, each metric, each label, each runbook."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from esrlink.observability import metrics

from .shape import ROOT, SERVICES, compose
from .tools import tool

PROMETHEUS = ROOT / "deploy" / "prometheus"
SCRAPED = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
RULES = [rule for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
BOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
# Of Prometheus itself and of every process that its library speaks for.
GIVEN = {"up": set[str](), "process_start_time_seconds": set[str](), "process_resident_memory_bytes": set[str]()}
TARGET_LABELS = {"job", "instance", "le"}


def known() -> dict[str, set[str]]:
    """Every series that our processes tell, with its labels."""
    series = dict(GIVEN)
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}.get(family.type, [""])
            series |= {f"{family.name}{suffix}": set(metric._labelnames) for suffix in suffixes}
    return series


def expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield f"alert {rule['alert']}", rule["expr"]
    for board in BOARDS:
        for panel in json.loads(board.read_text())["panels"]:
            for target in panel.get("targets", []):
                yield f"panel {panel['title']}", target["expr"]


EXPRESSIONS = list(expressions())


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=[where for where, _ in EXPRESSIONS])
def test_every_metric_and_label_exists(where: str, expression: str) -> None:
    series = known()
    plain = re.sub(r'"[^"]*"', '""', expression)
    used = set(re.findall(r"\b(?:esrlink_|process_|up\b)\w*", plain))
    assert used, "it speaks of nothing that we know"
    assert used <= set(series)
    labels = set().union(*(series[name] for name in used)) | TARGET_LABELS
    matched = set(re.findall(r"[{,]\s*(\w+)\s*(?:=~|!~|!=|=)", plain))
    grouped = {
        label for group in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", plain) for label in re.split(r"[,\s]+", group)
    }
    assert (matched | grouped) - {""} <= labels


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_alert_says_what_is_wrong_and_names_its_runbook(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    runbook = ROOT / rule["annotations"]["runbook"]
    assert runbook.is_file()
    rows = (ROOT / "docs" / "runbooks" / "README.md").read_text().splitlines()
    named = [row for row in rows if f"`{rule['alert']}`" in row and f"({runbook.name})" in row]
    assert named, "whoever is woken by it looks for its name in the list of runbooks"


def test_every_service_is_asked_where_it_tells_its_metrics() -> None:
    jobs = {job["job_name"]: job for job in SCRAPED["scrape_configs"]}
    assert set(jobs) == {*SERVICES, "prometheus"}
    for name in SERVICES:
        assert jobs[name]["metrics_path"] == f"/{name}/metrics"
        (found,) = jobs[name]["dns_sd_configs"]
        assert (found["names"], found["port"]) == ([name], 8000)
        assert "watched" in compose()["services"][name]["networks"]


def test_the_alerts_speak_of_every_service() -> None:
    for alert in ("ServiceDown", "ServiceMissing"):
        (rule,) = (rule for rule in RULES if rule["alert"] == alert)
        assert all(name in rule["expr"] for name in SERVICES)


def test_grafana_finds_its_source_and_its_dashboards() -> None:
    provisioning = ROOT / "deploy" / "grafana" / "provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text())["datasources"]
    assert source["url"] == "http://prometheus:9090"
    (provider,) = yaml.safe_load((provisioning / "dashboards" / "esr-link.yml").read_text())["providers"]
    mounts = {
        one["target"]: one["source"] for one in compose()["services"]["grafana"]["volumes"] if isinstance(one, dict)
    }
    assert mounts[provider["options"]["path"]] == "./deploy/grafana/dashboards"
    for board in BOARDS:
        panels = json.loads(board.read_text())["panels"]
        assert {panel["datasource"]["uid"] for panel in panels if "datasource" in panel} == {source["uid"]}
        assert len({panel["id"] for panel in panels}) == len(panels)


def test_prometheus_takes_the_files_and_each_alert_fires_when_it_should(tmp_path: Path) -> None:
    promtool = tool("promtool")
    subprocess.run([promtool, "check", "config", PROMETHEUS / "prometheus.yml"], check=True, capture_output=True)
    (tmp_path / "alerts.yml").write_text((PROMETHEUS / "alerts.yml").read_text())
    (tmp_path / "cases.yml").write_text((Path(__file__).parent / "alert_cases.yml").read_text())
    done = subprocess.run(
        [promtool, "test", "rules", tmp_path / "cases.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tried = set(re.findall(r"alertname: (\w+)", (tmp_path / "cases.yml").read_text()))
    assert tried == {rule["alert"] for rule in RULES}
