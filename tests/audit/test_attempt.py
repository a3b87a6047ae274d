from __future__ import annotations

from collections.abc import Iterator

import pytest

from scrubber.audit.attempt import SLOW, STOPPED, Attempt, Ended, FailedError, ended
from scrubber.audit.decoded import NO_FRAME, Frame

CRASH = "tshark crashed"
NOTE = "could not be dissected: "
THERE = " on the output, and not on the original"


def attempt(count: int, failure: str) -> Attempt:
    def frames() -> Iterator[Frame]:
        yield from [NO_FRAME] * count
        if failure:
            raise FailedError(failure)

    made = Attempt(frames())
    assert list(made) == [NO_FRAME] * count
    assert (made.count, made.failure) == (count, failure)
    return made


@pytest.mark.parametrize(
    ("after", "before", "said"),
    [
        ((3, ""), (3, ""), Ended()),
        ((3, STOPPED), (3, STOPPED), Ended(remark=f"{STOPPED}, as on the original")),
        ((3, ""), (3, STOPPED), Ended()),
        ((3, STOPPED), (3, ""), Ended(broken=STOPPED + THERE)),
        ((1, CRASH), (3, ""), Ended(NOTE + CRASH, broken=CRASH + THERE)),
        ((1, CRASH), (3, STOPPED), Ended(NOTE + CRASH, broken=CRASH + THERE)),
        ((1, CRASH), (1, CRASH), Ended(NOTE + CRASH, f"not compared with the whole original: {CRASH}")),
        ((1, CRASH), (1, SLOW), Ended(NOTE + CRASH, f"not compared with the whole original: {SLOW}")),
        ((3, ""), (1, CRASH), Ended(remark=f"not compared with the whole original: {CRASH}")),
        ((1, SLOW), (3, ""), Ended(NOTE + SLOW)),
        ((0, ""), (3, ""), Ended(broken="tshark finds frames in the original, and none in the output")),
        ((0, ""), (0, ""), Ended()),
        ((3, ""), None, Ended()),
        ((3, STOPPED), None, Ended(remark=STOPPED)),
        ((3, CRASH), None, Ended(NOTE + CRASH)),
    ],
)
def test_what_both_say_together(after: tuple[int, str], before: tuple[int, str] | None, said: Ended) -> None:
    assert ended(attempt(*after), None if before is None else attempt(*before)) == said
