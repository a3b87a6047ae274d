"""The first pass: what is learned from a file, whatever its order, its chunks and its notation."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.audit.rereading import Rereading
from scrubber.audit.residue import Residue
from scrubber.engine import Engine
from scrubber.formats import detect
from scrubber.learn import PLAIN, Learner
from scrubber.model import Entity
from tests.passes import KEY, cleaned, merged, rule_set
from tests.readings.test_context import INVITE

E = Entity


def learned(*blocks: bytes, fmt: str = "plain") -> dict[Entity, set[bytes]]:
    learner = Learner(rule_set())
    for block in blocks:
        learner.feed(block, detect.by_name(fmt))
    return learner.lexicon.values


FROM_INVITE = {
    E.USER: {b"bobbysmith", b"carlaq"},
    E.NAME: {b"Carla", b"Quarles", b"Carla Quarles"},
    E.HOST: {b"doeberg.example"},
    E.NUMBER: {b"+15550100123"},
}


def test_a_message_teaches_its_people() -> None:
    found = learned(INVITE)
    for entity, values in FROM_INVITE.items():
        assert values <= found[entity]


@pytest.mark.parametrize(
    ("fmt", "text"),
    [
        ("plain", INVITE.replace(b"\r\n", b"\n")),
        ("ngrep", INVITE.replace(b"\r\n", b".\n")),
        ("asterisk", b"[2025-03-02 18:03:12] VERBOSE[1] x.c: <--- Received SIP request (9 bytes) --->\n" + INVITE),
        (
            "pjsip",
            b"18:00:12.385     pjsua_core.c  .RX 9 bytes Request msg INVITE/cseq=1 (rdata0x1):\n"
            + INVITE
            + b"\n--end msg--",
        ),
        ("json", json.dumps({"message": INVITE.decode()}).encode()),
        ("plain", b"got " + INVITE.replace(b"\r\n", b"\\r\\n")),
        ("syslog", b"Mar  2 18:10:12 edge1 prog[23]: " + INVITE.replace(b"\r\n", b"#015#012")),
    ],
)
def test_every_notation_teaches_the_same_people(fmt: str, text: bytes) -> None:
    found = learned(text, fmt=fmt)
    for entity, values in FROM_INVITE.items():
        assert values <= found[entity]


LINES = [
    (b"user=carla password=hush-hush", {E.USER: {b"carla"}, E.SECRET: {b"hush-hush"}}),
    (b'{"callerName":"Mallory Underhill"}', {E.NAME: {b"Mallory", b"Underhill", b"Mallory Underhill"}}),
    (b'"Carla Quarles" <sip:2150@x>', {E.NAME: {b"Carla", b"Quarles", b"Carla Quarles"}, E.EXTENSION: {b"2150"}}),
    (b"-- PJSIP/carla-0000001a is ringing", {E.USER: {b"carla"}}),
    (b"o=carla 1 1 IN IP4 pbx.doeberg.example", {E.USER: {b"carla"}, E.HOST: {b"pbx.doeberg.example"}}),
    (b"/home/carla/.config", {E.USER: {b"carla"}}),
]


@pytest.mark.parametrize(("line", "values"), LINES)
def test_what_lines_teach(line: bytes, values: dict[Entity, set[bytes]]) -> None:
    found = learned(line)
    for entity, expected in values.items():
        assert expected <= found[entity]


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"ringing", b"SIP/2.0 200 OK", b"Contact: *", b"s=-", b"Mallory"),
        *(b"--50UBfW7LSCVLtggUPe5z\r", b'<event name="msml.digits"/>'),
    ],
)
def test_what_teaches_nothing(line: bytes) -> None:
    assert learned(line) == {}


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        (b"Route: <sip:orig@scscf.example.com;lr>", b" <sip:orig@"),
        (b'<x xmlns:gml="http://www.opengis.net/gml"/>', b"http://www.opengis.net/gml"),
    ],
)
def test_users_and_hosts_of_a_standard_stay(line: bytes, kept: bytes) -> None:
    assert kept in cleaned(line)
    assert Entity.USER not in learned(line)


BLOCKS = [INVITE, *(line for line, _ in LINES), b'From: "Erin" <sip:erin_w@tower7.example>\n']


@settings(max_examples=15)
@given(st.permutations(BLOCKS))
def test_the_order_of_files_does_not_matter(blocks: list[bytes]) -> None:
    assert learned(*blocks) == EXPECTED


@settings(max_examples=15)
@given(st.permutations(range(len(BLOCKS))), st.integers(1, len(BLOCKS) - 1))
def test_learners_merge_in_any_order(order: list[int], cut: int) -> None:
    lexicons = []
    for part in (order[:cut], order[cut:]):
        learner = Learner(rule_set())
        for index in part:
            learner.feed(BLOCKS[index], PLAIN)
        lexicons.append(learner.lexicon)
    assert merged(lexicons).values == EXPECTED


EXPECTED = learned(*BLOCKS)


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_any_bytes_can_be_fed(rows: list[bytes]) -> None:
    LEARNER.feed(b"\n".join(rows), PLAIN)


LEARNER = Learner(rule_set())


RELEASES = [
    # files, what of them stays, what goes
    ([b"User-Agent: Vexa Desk 16.3.41.12", b"we run 16.3.41.12, not 16.3.41.13"], [b"16.3.41.12"], [b"16.3.41.13"]),
    ([b"GW [00:00:5E:00:53:01] [1.0.12.81] Send", b"1.0.12.81"], [b"1.0.12.81"], []),
    ([b"firmware: 66.84.0.15", b"all are on 66.84.0.15 now"], [b"66.84.0.15"], []),
    ([b"| core | 17.0.19.12 | Enabled | x |", b"seen with 17.0.19.12."], [b"17.0.19.12"], []),
    ([b"Yealink SIP-T46U 108.86.0.90", b"(108.86.0.90)"], [b"108.86.0.90"], []),
    # what is certainly an address somewhere is one everywhere
    ([b"version 17.4.5.6", b"peer 17.4.5.6:5060"], [], [b"17.4.5.6"]),
    ([b"version 17.4.5.6", b"Contact: <sip:bob@17.4.5.6>"], [], [b"17.4.5.6"]),
    ([b"version 17.4.5.6", b"c=IN IP4 17.4.5.6"], [], [b"17.4.5.6"]),
    ([b"version 17.4.5.6", b"route 17.4.5.6/24 via 17.4.5.1"], [], [b"17.4.5.6"]),
    # nothing declares it
    ([b"from 17.4.5.6 came", b"17.4.5.6"], [], [b"17.4.5.6"]),
    ([b"version 17.4.5.6", b"host 198.51.100.7"], [b"17.4.5.6"], [b"198.51.100.7"]),
]


@pytest.mark.parametrize(("files", "stays", "goes"), RELEASES)
@pytest.mark.parametrize("order", [1, -1])
def test_a_release_declared_once_is_one_everywhere(
    files: list[bytes], stays: list[bytes], goes: list[bytes], order: int
) -> None:
    learner = Learner(rule_set())
    for data in files[::order]:
        learner.feed(data, PLAIN)
    engine = Engine(rule_set(), KEY, learner.lexicon)
    audit, again = Residue(engine), Rereading(engine)
    for data in files:
        new = engine.rewriter(PLAIN).rewrite(data)
        assert [value in new for value in stays if value in data] == [True for value in stays if value in data]
        assert not any(value in new for value in goes)
        assert audit.check(new, PLAIN) == []
        assert list(again.in_blocks(PLAIN, iter((new,)))) == []
    for value in goes:
        assert audit.check(b"see %b there" % value, PLAIN) != []
