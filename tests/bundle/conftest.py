from __future__ import annotations

from pathlib import Path

import pytest

from scrubber import rules
from scrubber.model import RuleSet
from tests.bundle.making import Runs


@pytest.fixture(scope="session")
def rule_set() -> RuleSet:
    return rules.load()


@pytest.fixture
def runs(tmp_path: Path, rule_set: RuleSet) -> Runs:
    return Runs(tmp_path, rule_set)
