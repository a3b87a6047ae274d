from __future__ import annotations

import pytest

from scrubber.documents.inner import inner
from tests.documents.read import cells


@pytest.mark.parametrize(
    "value",
    [b'{"a":"Wanda"}', b'["Wanda"]', b"<a><b>Wanda</b></a>", b"INVITE sip:Wanda@x.example SIP/2.0\r\nTo: x\r\n"],
)
def test_documents_are_read(value: bytes) -> None:
    new = inner(value, cells())
    assert new is not None
    assert b"Wanda" not in new


@pytest.mark.parametrize("value", [b"", b"Wanda", b"{Wanda}", b"<Wanda>", b"[1]", b"SIP/2.0"])
def test_other_values_are_not(value: bytes) -> None:
    assert inner(value, cells()) is None


def test_depth_is_bounded() -> None:
    text = "Wanda"
    for _ in range(9):
        text = '{"a":"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"}'
    new = inner(text.encode(), cells())
    assert new is not None
    assert b"Wanda" not in new
