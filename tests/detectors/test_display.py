from __future__ import annotations

import pytest

from scrubber.detectors import display


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'to "Alice Doe" <sip:1001@192.0.2.1>', [b"Alice Doe"]),
        (b'"Alice Doe"<tel:+15550100>', [b"Alice Doe"]),
        (b'""Alice"" <1001>', [b"Alice"]),
        (b'"Alice Doe" <b>', []),
        (b'"a=b" <1001>', []),
    ],
)
def test_display_names_stand_before_uris(text: bytes, expected: list[bytes]) -> None:
    assert [text[item.start : item.end] for item in display.find(text)] == expected
