from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.keys import sealing
from scrubber.model import KeyFileError
from scrubber.pseudonyms.key import Key

KEY = Key(bytes(range(32)))
PASSPHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return sealing.seal(KEY, PASSPHRASE, {"case": "4711 Жанна"})


def test_there_and_back(sealed: bytes) -> None:
    key, label = sealing.unseal(sealed, PASSPHRASE, "x")
    assert key.material == KEY.material
    assert label == {"case": "4711 Жанна"}


def test_the_key_does_not_show(sealed: bytes) -> None:
    assert sealed.isascii()
    assert KEY.material.hex().encode() not in sealed
    assert PASSPHRASE.encode() not in sealed


def test_two_seals_differ(sealed: bytes) -> None:
    assert sealing.seal(KEY, PASSPHRASE, {"case": "4711 Жанна"}) != sealed


def test_a_short_pass_phrase() -> None:
    with pytest.raises(KeyFileError, match="at least 8 characters"):
        sealing.seal(KEY, "1234567", {})


def test_a_wrong_pass_phrase(sealed: bytes) -> None:
    with pytest.raises(KeyFileError, match=r"^x: wrong pass phrase, or the file was changed$"):
        sealing.unseal(sealed, PASSPHRASE + "x", "x")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", {"case": "4712"}),
        ("scrypt", 1 << 15),
        ("salt", "00" * 16),
        ("nonce", "00" * 12),
        ("box", "00" * 48),
    ],
)
def test_a_change_anywhere_is_seen(sealed: bytes, field: str, value: object) -> None:
    text = json.dumps(json.loads(sealed) | {field: value}).encode()
    with pytest.raises(KeyFileError, match="wrong pass phrase, or the file was changed"):
        sealing.unseal(text, PASSPHRASE, "x")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scrubber-key", 2),
        ("label", "4711"),
        ("label", {"case": 4711}),
        ("scrypt", 1 << 30),
        ("scrypt", 2),
        ("scrypt", True),
        ("scrypt", "65536"),
        ("salt", "zz"),
        ("salt", ""),
        ("nonce", 7),
        ("box", "00" * 47),
        ("box", None),
    ],
)
def test_no_sealed_key(sealed: bytes, field: str, value: object) -> None:
    text = json.dumps(json.loads(sealed) | {field: value}).encode()
    with pytest.raises(KeyFileError, match=r"^x: no exported key"):
        sealing.unseal(text, PASSPHRASE, "x")


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"null", b"{" * 9000, b"[" * 9000, b" " * 20_000, b"\xff", b"7"])
def test_hostile_texts(text: bytes) -> None:
    with pytest.raises(KeyFileError, match="no exported key"):
        sealing.unseal(text, PASSPHRASE, "x")


@given(st.binary(max_size=200))
def test_any_octets(text: bytes) -> None:
    with pytest.raises(KeyFileError):
        sealing.unseal(text, PASSPHRASE, "x")
