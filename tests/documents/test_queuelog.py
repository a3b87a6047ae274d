from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import queuelog
from tests.documents.read import cells, held, sample, scrubbed, taught


def test_the_log_keeps_its_fields() -> None:
    before = sample("queue_log")
    after = scrubbed(before, "queue_log")
    assert held(after) == []
    old = [line.split(b"|") for line in before.split(b"\n")]
    new = [line.split(b"|") for line in after.split(b"\n")]
    assert [len(row) for row in new] == [len(row) for row in old]
    assert [row[4:5] for row in new] == [row[4:5] for row in old]
    assert [row[0] for row in new] == [row[0] for row in old]
    assert new[2][3] == new[3][3] != old[2][3]
    assert new[1][5] == b"8000"
    assert new[3][7:] == old[3][7:]


@pytest.mark.parametrize(
    "line",
    [
        b"1740938592|1740938592.1|q|Blume|EVENT|Blume|4711x",
        b"1740938592|1740938592.1|Blume|NONE|ABANDON|Blume",
        b"Blume 4711 called|x",
        b"1740938592|Blume|a|b|c",
    ],
)
def test_what_goes(line: bytes) -> None:
    assert b"Blume" not in scrubbed(line + b"\nsip:Blume@blume.example\n", "queue_log")


@pytest.mark.parametrize("who", [b"NONE", b"MANAGER", b"CLI", b"REALTIME"])
def test_who_changed_a_queue_stays(who: bytes) -> None:
    assert scrubbed(b"1740938592|%b|q|NONE|PAUSEALL|\n" % who, "queue_log").split(b"|")[1] == who


@given(st.binary(max_size=300))
def test_any_octets(data: bytes) -> None:
    list(queuelog.read(iter((data,)), cells()))
    assert b"".join(new for _, new in queuelog.read(iter((data,)), taught())) == data
