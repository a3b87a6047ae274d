from __future__ import annotations

import pytest

from scrubber.readings.blanks import blank
from tests.capture.wire import learning
from tests.passes import complete


@pytest.mark.parametrize(
    ("octets", "fill", "new", "noted"),
    [(b"", b"\0", b"", 0), (b"abc", b"\0", bytes(3), 1), (b"abc", b"x", b"xxx", 1), (b"xxx", b"x", b"xxx", 0)],
)
def test_as_many_octets_as_there_were(octets: bytes, fill: bytes, new: bytes, noted: int) -> None:
    reader = complete()
    before = reader.notes["why"]
    assert blank(reader, octets, "why", fill) == new
    assert reader.notes["why"] - before == noted
    assert blank(learning()[0].reader, octets, "why", fill) == octets


def test_the_first_pass_remembers_what_stays_nowhere() -> None:
    to, lexicon = learning()
    sound = bytes(range(64, 224))
    blank(to.reader, sound, "a reason")
    assert not lexicon.originals.octets
    blank(to.reader, sound, "rtp-payload")
    assert lexicon.originals.octets
