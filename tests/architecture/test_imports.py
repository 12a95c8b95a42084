"""The direction of imports: every contract of .importlinter is kept, and none of them looks past a service."""

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, SERVICES


def contracts() -> dict[str, configparser.SectionProxy]:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return {name.rpartition(":")[2]: parser[name] for name in parser.sections() if name.startswith("importlinter:")}


def test_every_contract_of_imports_is_kept() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")

    answer = subprocess.run([lint_imports, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)

    assert answer.returncode == 0, answer.stdout
    assert f"{len(contracts())} kept" in answer.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_held_to_independence_layers_and_purity(service: str) -> None:
    def named(contract: str, key: str) -> set[str]:
        return set(contracts()[contract][key].split())

    assert f"services.{service}" in named("services-are-independent", "modules")
    assert f"services.{service}" in named("layers", "containers")
    assert f"services.{service}.domain" in named("domains-are-pure", "source_modules")
    assert f"services.{service}" in named("simulation-is-on-top", "source_modules")
