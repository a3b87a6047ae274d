from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import params, uriparams
from scrubber.model import Part
from tests.grammar.lossless import Named, check, named


def read(treatment: params.Treatment, data: bytes) -> list[Part]:
    out: list[Part] = []
    params.treat(treatment, data, 0, len(data), out)
    return out


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        (b"phone-context", b"example.com", [(b"example.com", "host")]),
        (b"phone-context", b"+1", []),
        (b"phone-context", b"national", []),
        (b"phone-context", b"+1-555-01", [(b"+1-555-01", "number")]),
        (b"phone-context", b"not a host", [(b"not a host", "free")]),
        (b"isub", b"1411", [(b"1411", "number")]),
        (b"isub", b"Alice", [(b"Alice", "free")]),
        (b"rn", b"+15550199", [(b"+15550199", "number")]),
        (b"ext", b"7042", [(b"7042", "extension")]),
        (b"postd", b"pp22", [(b"pp22", "dtmf")]),
        (b"npdi", b"yes", []),
    ],
)
def test_user_params(name: bytes, data: bytes, expected: Named) -> None:
    assert named(data, read(uriparams.USER_PARAMS[name], data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"198.51.100.7~1024~1", [(b"198.51.100.7", "host")]),
        (b"[2001:db8::7]~1024~2", [(b"2001:db8::7", "host")]),
        (b"198.51.100.7", [(b"198.51.100.7", "host")]),
        (b"198.51.100.7~1024~15550100", [(b"198.51.100.7", "host"), (b"~15550100", "free")]),
        (b"~1", [(b"~1", "free")]),
        (b"~", []),
    ],
)
def test_alias(data: bytes, expected: Named) -> None:
    assert named(data, read(uriparams.alias, data)) == expected


def test_names_are_lower_case_and_no_parameter_has_two_meanings() -> None:
    names = [*uriparams.PLAIN_PARAMS, *uriparams.USER_PARAMS, *uriparams.REFERENCES]
    assert [name for name in names if name != name.lower()] == []
    assert set(uriparams.PLAIN_PARAMS).isdisjoint(uriparams.REFERENCES)


@given(st.binary(max_size=40), st.sampled_from(sorted(uriparams.PLAIN_PARAMS)))
def test_any_bytes(data: bytes, name: bytes) -> None:
    check(read(uriparams.PLAIN_PARAMS[name], data), 0, len(data))
