from __future__ import annotations

import pytest

from scrubber.bundle import limits
from scrubber.bundle.limits import Budget, ExhaustedError
from scrubber.model import InputError


def test_members_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMBERS", 2)
    budget = Budget(1)
    budget.member()
    budget.member()
    with pytest.raises(ExhaustedError, match="more than 2 members"):
        budget.member()
    budget.renew()
    budget.member()


@pytest.mark.parametrize(("stored", "most"), [(1, 1000), (10, 4000), (100, 9999)])
def test_bytes_are_counted_over_all_members(monkeypatch: pytest.MonkeyPatch, stored: int, most: int) -> None:
    monkeypatch.setattr(limits, "FREE", 1000)
    monkeypatch.setattr(limits, "MOST", 9999)
    budget = Budget(stored)
    assert b"".join(budget.counted(iter((b"ab", b"c")))) == b"abc"
    assert len(b"".join(budget.counted(iter((bytes(most - 3),))))) == most - 3
    with pytest.raises(ExhaustedError, match=f"expands to more than {most:,} bytes"):
        list(budget.counted(iter((b"d",))))


def test_no_member_alone_is_blamed() -> None:
    assert not issubclass(ExhaustedError, InputError)
