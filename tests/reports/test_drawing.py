"""Nothing but shapes and texts gets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.heard import Heard
from scrubber.reports.drawing import LONGEST_DRAWING, checked
from scrubber.reports.ladder import ladder, svg


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<svg",
        "<svg><script>alert(1)</script></svg>",
        "<svg onload='alert(1)'/>",
        "<svg><a href='javascript:alert(1)'/></svg>",
        "<svg><image href='http://x.invalid/'/></svg>",
        "<svg><foreignObject/></svg>",
        "<svg><rect style='fill:url(http://x.invalid)'/></svg>",
        "<svg><rect fill='url(http://x.invalid)'/></svg>",
        "<svg><style>*{}</style></svg>",
        "<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg>&a;</svg>",
        "<svg xmlns='http://www.w3.org/1999/xhtml'/>",
        "<svg>" + "<g>" * (LONGEST_DRAWING // 3) + "</svg>",
    ],
)
def test_a_drawing_is_made_of_shapes_alone(text: str) -> None:
    assert "svg" not in checked(text)


def test_a_drawing_is_kept_as_it_is() -> None:
    text = '<svg xmlns="http://www.w3.org/2000/svg"><text x="1" fill="var(--soft, GrayText)">a</text></svg>'
    assert checked(text) == text


@given(st.binary(max_size=60), st.binary(max_size=20))
def test_every_ladder_gets_through(words: bytes, end: bytes) -> None:
    message = b"INVITE sip:" + words + b" SIP/2.0\r\nCall-ID: " + words + b"\r\nCSeq: 1 INVITE\r\n\r\n"
    for dialog in ladder([Heard(1, None, end, words, b"UDP", message)]).dialogs:
        text = svg(dialog)
        assert checked(text) == text
