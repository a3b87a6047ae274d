"""Credentials behind the word Basic or Bearer."""

from __future__ import annotations

import pytest

from scrubber.detectors import credentials
from tests.passes import DOUBLING, doubling

HITS: list[tuple[bytes, bytes]] = [
    (b"Authorization: Bearer abcd1234", b"abcd1234"),
    (b"it sent (bearer abcd1234~x/y+z==) twice", b"abcd1234~x/y+z=="),
    (b"uses Bearer a1b2c3d4e5.", b"a1b2c3d4e5"),
    (b"Authorization: Basic YWxpY2U6czNjcmV0", b"YWxpY2U6czNjcmV0"),
    (b"got Basic dXNlcjpwYXNz back", b"dXNlcjpwYXNz"),
    (b"'BASIC dXNlcjpwYXNzd29yZA=='", b"dXNlcjpwYXNzd29yZA=="),
    (b"basic  dXNlcjpwYX", b"dXNlcjpwYX"),  # cut where no group of four ends
    (b"Basic YWxpY2VkbzI=", b"YWxpY2VkbzI="),  # no colon in it
    (b"Basic YWxpY2VkbzAx", b"YWxpY2VkbzAx"),
    (b"Bearer abcd123.", b"abcd123"),
    (b"Basic YWxpY2lhLmJhcm5l5nQ9", b"YWxpY2lhLmJhcm5l5nQ9"),  # cut before the colon
]
KEEPS: list[bytes] = [
    b"",
    b"Basic",
    b"basic authentication is required here by the server",
    b"Basic calls work, Basic SIPp scenario",
    b"NotBasic dXNlcjpwYXNz",
    b"the bearer channel B1 and bearer capability",
    b"Bearer token_type",
    b"Basic dXNl=cjpwYXNz",
]


def found(text: bytes) -> list[bytes]:
    return [text[item.start : item.end] for item in credentials.find(text)]


@pytest.mark.parametrize(("text", "value"), HITS)
def test_credentials_are_found(text: bytes, value: bytes) -> None:
    assert found(text) == [value]


@pytest.mark.parametrize("text", KEEPS)
def test_other_words_behind_it_stay(text: bytes) -> None:
    assert found(text) == []


def test_several_come_in_their_order() -> None:
    assert found(b"Bearer abcd1234 or Basic dXNlcjpwYXNz") == [b"abcd1234", b"dXNlcjpwYXNz"]


@pytest.mark.parametrize("unit", [b"Basic ", b"Basic a", b"Bearer aaaaaaaa", b"bearer 1"])
def test_time_is_linear(unit: bytes) -> None:
    assert doubling(lambda data: list(credentials.find(data)), unit) <= DOUBLING
