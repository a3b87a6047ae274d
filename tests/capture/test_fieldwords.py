from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import fieldwords
from tests.capture.wire import learning, rewriting


@pytest.mark.parametrize(
    "value",
    [
        b"bytes=0-1023",
        b"bytes 0-1023/146515",
        b"GET, POST, OPTIONS",
        b"max-age=31536; includeSubDomains",
        b"RTP/AVP;unicast;client_port=4588-4589",
        b"100-continue",
        b"?0",
        b"",
    ],
)
def test_words_of_the_protocol_stay(value: bytes) -> None:
    assert fieldwords.read(value, rewriting()) == value


@pytest.mark.parametrize("value", [b"Wanda", b"com.wanda.app", b"0305550199", b"GET, wanda", b"X-Wanda-Id"])
def test_other_words_go(value: bytes) -> None:
    new = fieldwords.read(value, rewriting())
    assert b"anda" not in new
    assert b"5550199" not in new


@pytest.mark.parametrize(
    ("value", "is_date"),
    [
        (b"Sat, 21 Nov 2026 17:48:03 GMT", True),
        (b"Saturday, 21-Nov-26 17:48:03 GMT", True),
        (b"Sat Nov 21 17:48:03 2026", True),
        (b"120", True),
        (b"-1", True),
        (b"Sat, Wanda", False),
        (b"0305550199", False),
    ],
)
def test_dates(value: bytes, is_date: bool) -> None:
    assert (fieldwords.DATE.fullmatch(value) is not None) is is_date


@given(st.binary(max_size=80))
def test_any_octets(value: bytes) -> None:
    fieldwords.read(value, rewriting())
    assert fieldwords.read(value, learning()[0]) == value
