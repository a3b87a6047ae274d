"""Strings of a JSON line are scrubbed decoded and written back in their own style."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings.jsonline import is_json, looks_like_json, scrub_json
from tests.passes import DOUBLING, doubling

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=4), st.booleans())
def test_nothing_changes_when_no_value_changes(document: object, ascii_only: bool) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert scrub_json(text, lambda key, value: value) == text


def test_values_are_replaced_by_key_and_stay_valid_json() -> None:
    text = b'{"caller":{"name":"Al\\"ice","number":5550100},"note":"line\\r\\nx","list":["a",1001]}'
    seen: list[tuple[bytes, bytes]] = []

    def value(key: bytes, decoded: bytes) -> bytes:
        seen.append((key, decoded))
        return b'Q"\n' if key in (b"name", b"note") else decoded

    assert json.loads(scrub_json(text, value)) == {
        "caller": {"name": 'Q"\n', "number": 5550100},
        "note": 'Q"\n',
        "list": ["a", 1001],
    }
    assert (b"name", b'Al"ice') in seen
    assert (b"number", b"5550100") in seen
    assert (b"list", b"1001") in seen


@pytest.mark.parametrize(
    ("text", "under"),
    [
        (b'{"verb":"NotifyTextMessage","Message":"see you"}', b"messagebody"),
        (b'{"DeviceToken":"0a1b","Message":"see you"}', b"messagebody"),
        (b'{"verb":"GET","Message":"see you"}', b"Message"),
        (b'{"level":"info","Message":"see you"}', b"Message"),
    ],
)
def test_the_message_of_a_push_is_what_somebody_wrote(text: bytes, under: bytes) -> None:
    assert b'age":"' + under + b'"' in scrub_json(text, lambda key, value: key if value == b"see you" else value)


@pytest.mark.parametrize(
    ("text", "claim"), [(b'{"a": 1}', True), (b'[{"a":"b"}]\r', True), (b"{x}", False), (b"[2026] x: 1", False)]
)
def test_what_looks_like_json(text: bytes, claim: bool) -> None:
    assert looks_like_json(text) is claim


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        (b'{"a": 1, "b": [true, null, -12.5, 100200]}\r\n', True),
        (b'"a"', True),
        (b"", True),
        (b'{"a": b}', False),
        (b'{"a": "b', True),
        (b'{"a": 52.520008}', True),
    ],
)
def test_what_holds_nothing_but_json(text: bytes, claim: bool) -> None:
    assert is_json(text) is claim


def test_what_has_no_key_takes_that_of_the_caller() -> None:
    seen: list[tuple[bytes, bytes]] = []

    def value(key: bytes, decoded: bytes) -> bytes:
        seen.append((key, decoded))
        return decoded

    scrub_json(b'["a",{"b":"c"}]', value, b"k")
    assert seen == [(b"k", b"a"), (b"", b"b"), (b"b", b"c")]


@pytest.mark.parametrize("unit", [b'\\"', b'"', b"\\", b'"a":', b"1", b" ", b"{", b"1,", b'\\" '])
def test_any_text_takes_linear_time(unit: bytes) -> None:
    assert doubling(lambda text: scrub_json(text, lambda key, value: value), unit) <= DOUBLING
    assert doubling(is_json, unit) <= DOUBLING
    assert doubling(is_json, b'"' + unit) <= DOUBLING
