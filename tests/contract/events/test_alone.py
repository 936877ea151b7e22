"""`esrlink.contracts` can be used alone: a consumer needs pydantic, and nothing else of ours."""

from __future__ import annotations

import json
import subprocess
import sys

_LOADED = """
import json, sys
before = set(sys.modules)
import pydantic
with_pydantic = set(sys.modules)
import esrlink.contracts, esrlink.contracts.examples, esrlink.contracts.kafka, esrlink.contracts.schemas
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - with_pydantic})))
print(json.dumps(sorted(name for name in sys.modules if name.startswith("esrlink"))))
"""
_OF_PYDANTIC = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}


def test_importing_it_loads_pydantic_and_the_standard_library_only() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True, timeout=60)
    loaded, ours = map(json.loads, done.stdout.splitlines())
    named = {name for name in loaded if not name.startswith("_sysconfigdata")}  # the standard library's, by platform
    assert named - sys.stdlib_module_names - _OF_PYDANTIC == {"esrlink"}
    assert [name for name in ours if not name.startswith("esrlink.contracts")] == ["esrlink"]
