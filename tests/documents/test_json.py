from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import json as documents
from tests.documents.read import cells, held, sample, scrubbed, taught


def shape(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Keys, order and kinds of a document."""
    if isinstance(value, dict):
        return [(key, shape(inner)) for key, inner in value.items()]
    return [shape(inner) for inner in value] if isinstance(value, list) else None


def test_a_document_keeps_its_shape() -> None:
    before = sample("userman.json")
    after = scrubbed(before, "json")
    assert held(after) == []
    old, new = json.loads(before), json.loads(after)
    assert shape(new) == shape(old)
    assert after.count(b"\n") == before.count(b"\n")
    assert (new["version"], new["enabled"], new["timeout"]) == ("16.0.12", True, 30)
    first, second = new["users"]
    assert (first["created"], second["ratio"], second["note"], first["password"]) == (
        1740938592,
        0.25,
        None,
        "REDACTED",
    )
    assert json.loads(first["settings"]["ucp"])["token"] == "REDACTED"
    assert b"\\u" in after
    assert after.isascii()


@pytest.mark.parametrize(
    ("before", "gone"),
    [
        (b'{"name":"secret","value":"Xk29fj"}', b"Xk29fj"),
        (b'[{"port":5060},"Wanda Blume"]', b"Wanda"),
        (b'{"password":["Xk29fj",{"x":"Xk29fj"}]}', b"Xk29fj"),
        (b'{"pin":4711}', b"4711"),
        (b'{"Wanda":{"Wanda Blume":1}}', b"Wanda"),
        (b'{"a":"Wanda', b"Wanda"),
        (b'Wanda {"a":1} Blume', b"Wanda"),
        (b'{"a":Wanda}', b"Wanda"),
        (b'{a:"Wanda"}', b"Wanda"),
        (b'{"x":"\\u0057anda"}', b"anda"),
        (b'{"lat":52.5550199}', b"5550199"),
        (b"{'a':'Wanda'}", b"Wanda"),
        (b'{"a":"x"} // Wanda', b"Wanda"),
    ],
)
def test_what_goes(before: bytes, gone: bytes) -> None:
    assert gone not in documents.walk(before, cells())


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"a":1,"a":2}',
        b'{ "port" : 5060 ,\n "codecs":["PCMU","PCMA"], "ok":true }',
        b'{"path":"\\/usr\\/lib"}',
        b"[[[[]]]]",
        b'{"":""}',
    ],
)
def test_what_stays(text: bytes) -> None:
    assert documents.walk(text, cells()) == text


def test_numbers_stay_numbers_or_become_texts() -> None:
    new = json.loads(documents.walk(b'{"ext":4711,"pin":90417,"port":50600}', cells()))
    assert isinstance(new["ext"], int)
    assert new["pin"] == "REDACTED"
    assert new["port"] == 50600


def test_deep_nesting_takes_no_recursion() -> None:
    data = b'[{"a":' * 20000 + b'"Wanda"'
    assert b"Wanda" not in documents.walk(data, cells())


@pytest.mark.parametrize("size", [1, 3, 17, 1 << 20])
def test_chunks_do_not_matter(size: int) -> None:
    data = sample("userman.json")
    assert scrubbed(data, "json", size) == scrubbed(data, "json")


def test_a_string_without_an_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST", 100)
    pairs = list(documents.read(iter((b'{"a":"' + b"Wanda " * 400_000,)), cells()))
    assert b"Wanda" not in b"".join(new for _, new in pairs)


@given(st.binary(max_size=300), st.sampled_from([b"", b'{"', b'{"a":', b"[", b'{"name":"']))
def test_any_octets(data: bytes, head: bytes) -> None:
    documents.walk(head + data, cells())
    assert documents.walk(head + data, taught()) == head + data


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=8,
    )
)
def test_any_document_still_parses(value: Any) -> None:  # noqa: ANN401 - whatever JSON holds
    json.loads(documents.walk(json.dumps(value).encode(), cells()))


@pytest.mark.parametrize("value", [b"https://pbx.example.com/ws?user=x&pass=%b", b"user=x&pass=%b&a=1", b"/ws?pass=%b"])
def test_an_escaped_sign_does_not_end_a_parameter(value: bytes) -> None:
    after = scrubbed(b'{"request": "' + value % b"Ek0%3CMarina%3E%23404%26Xk29fj" + b'"}', "json")
    assert b"pass=REDACTED" in after
    assert b"Marina" not in after
    assert b"Xk29fj" not in after
