from __future__ import annotations

import os
import sys

import pytest

from scrubber.engines import choice
from scrubber.engines.crew import Cluster, Here
from scrubber.engines.local import Processes
from scrubber.engines.ray import EXTRA, UNGUARDED
from scrubber.model import InputError
from tests.engines.working import NAMES, Greeter, greet, unwatched


@pytest.mark.parametrize(("jobs", "kind"), [(1, Here), (2, Processes)])
def test_on_this_machine(jobs: int, kind: type) -> None:
    with choice.ready(jobs, None), choice.crew(Greeter("hello"), jobs, None) as hands:
        assert isinstance(hands, kind)


@pytest.mark.parametrize("jobs", [1, 2])
def test_spread_keeps_the_order(jobs: int) -> None:
    results = list(choice.spread(greet, NAMES, Greeter("hello"), jobs, unwatched))
    assert results == [f"hello {name.text}" for name in NAMES]


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError) as raised, choice.ready(2, Cluster()):
        pass
    assert str(raised.value) == EXTRA


def test_no_cluster_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    with pytest.raises(InputError) as raised, choice.ready(2, Cluster()):
        pass
    assert str(raised.value) == UNGUARDED
