from __future__ import annotations

import io

import pytest

from scrubber.draft import Draft


def test_what_was_written_is_read_as_often_as_asked() -> None:
    with Draft(io.BytesIO) as draft:
        draft.write(b"one ")
        draft.write(b"two")
        assert b"".join(draft.written()) == b"".join(draft.written()) == b"one two"
        draft.write(b" three")
        assert b"".join(draft.written()) == b"one two three"
        assert draft.release(5) == 0


def test_nothing_is_left() -> None:
    place = io.BytesIO()
    with Draft(lambda: place) as draft:
        draft.write(b"x")
    assert place.closed
    with pytest.raises(ValueError, match="closed"):
        draft.write(b"y")
    with pytest.raises(ValueError, match="closed"):
        next(draft.written())
