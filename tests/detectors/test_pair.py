from __future__ import annotations

import pytest

from scrubber.detectors import pair
from scrubber.model import Entity
from tests.passes import DOUBLING, doubling

U, S = Entity.USER, Entity.SECRET
HITS: list[tuple[bytes, list[tuple[bytes, Entity]]]] = [
    (b"guess doe-77:Hunter12Ward3x end", [(b"doe-77", U), (b"Hunter12Ward3x", S)]),
    (b"KEY=alicedoe:h4nT3rward!", [(b"alicedoe", U), (b"h4nT3rward!", S)]),
    (b"dsn pbx-9:doe-10:Ward55hunteR.", [(b"pbx-9", U), (b"doe-10", U), (b"Ward55hunteR", S)]),
    (b"'doe:pbx.example:Ward55hunteR'", [(b"doe", U), (b"Ward55hunteR", S)]),
]
MISSES = [
    b"sha256:Hunter12Ward3x call-id:Hunter12Ward3x",
    b"doe:hunterward doe:HUNTER12 doe:Hunterward doe:12345678",
    b"doe:Hunter12Ward3x@pbx.example doe:Hunter12Ward3x/5",
    b"http://pbx.example:8088/x 10:20:30 sip:1001@192.0.2.1",
    b"fQ7hGb2-kLm9:APA91bH7qkP9xZ",
    b"module:HuntingGroup22 eth0:WebRTC2",
]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_pairs_are_found(text: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    assert [(text[item.start : item.end], item.entity) for item in pair.find(text)] == expected


@pytest.mark.parametrize("text", MISSES)
def test_look_alikes_stay(text: bytes) -> None:
    assert list(pair.find(text)) == []


@pytest.mark.parametrize("unit", [b"a", b"a:", b"aB1:", b"a.b:", b"aB1", b"x:1a"])
def test_it_takes_linear_time(unit: bytes) -> None:
    assert doubling(lambda text: list(pair.find(text)), unit) <= DOUBLING
