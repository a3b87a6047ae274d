from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.engines.seal import Seal, secret
from scrubber.model import KeyFileError

SEAL = Seal(bytes(32))


@given(st.binary(max_size=99))
def test_what_is_closed_can_be_opened(data: bytes) -> None:
    closed = SEAL.closed(data)
    assert SEAL.opened(closed) == data
    assert len(data) < 6 or data not in closed
    assert SEAL.closed(data) != closed


@given(st.binary(max_size=9), st.integers(0, 999))
def test_nobody_else_opens_or_changes_it(data: bytes, place: int) -> None:
    closed = bytearray(SEAL.closed(data))
    with pytest.raises(KeyFileError, match="has another key"):
        Seal(bytes(31) + b"x").opened(bytes(closed))
    closed[place % len(closed)] ^= 1
    with pytest.raises(KeyFileError, match="has another key"):
        SEAL.opened(bytes(closed))


def test_objects() -> None:
    assert SEAL.unpacked(SEAL.packed({"a": (1, b"2")})) == {"a": (1, b"2")}


def test_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    path.write_text("ABCD\n")
    monkeypatch.setenv("NIGHTLY", "abcd")
    assert secret(str(path)) == secret("$NIGHTLY")
    assert len(secret("$NIGHTLY")) == 32
    path.write_text("abce")
    assert secret(str(path)) != secret("$NIGHTLY")


@pytest.mark.parametrize("place", ["$NOT_THERE", "not/there", "empty"])
def test_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(KeyFileError, match="does not have the key"):
        secret(place)
