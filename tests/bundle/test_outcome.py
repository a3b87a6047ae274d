from __future__ import annotations

from scrubber.bundle.outcome import Outcome, refused


def test_who_is_refused_at_any_depth() -> None:
    inner = [Outcome(0, "a.log"), Outcome(3, "b.bin", reason="binary")]
    outer = [Outcome(1, "c.zip", members=inner), Outcome(2, "d.gz", reason="damaged")]
    assert refused(outer) == {(1, 3): "binary", (2,): "damaged"}
    assert refused([]) == {}


def test_no_path_in_a_message() -> None:
    assert "alice" not in repr(Outcome(0, "alice.log"))
