"""Which values are learned."""

from __future__ import annotations

import pytest

from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from tests.passes import lexicon, merged, rule_set

E = Entity

LEARNED: list[tuple[Entity, bytes, dict[Entity, set[bytes]]]] = [
    (E.USER, b"al42.", {E.USER: {b"al42"}}),
    (E.USER, b"xxxy", {E.USER: {b"xxxy"}}),
    (E.EXTENSION, b"1111", {E.EXTENSION: {b"1111"}}),
    (E.USER, b"alice", {E.USER: {b"alice"}}),
    (E.USER, b"alice.doeberg", {E.USER: {b"alice.doeberg"}, E.NAME: {b"alice", b"doeberg"}}),
    (E.USER, b"trunk_7", {E.USER: {b"trunk_7"}}),
    (E.USER, b"%61lice", {E.USER: {b"alice"}}),
    (E.USER, b"1001", {E.EXTENSION: {b"1001"}}),
    (E.USER, b"101", {E.EXTENSION: {b"101"}}),
    (E.USER, b"+15550100123", {E.NUMBER: {b"+15550100123"}}),
    (E.USER, b"5550100", {E.NUMBER: {b"5550100"}}),
    (E.USER, b"%2B15550100123", {E.NUMBER: {b"+15550100123"}}),
    (E.USER, b"bobby@pbx.example.com", {E.USER: {b"bobby"}, E.HOST: {b"pbx.example.com"}}),
    (E.NUMBER, b"+1 (555) 010-0123", {E.NUMBER: {b"+15550100123"}}),
    (E.NUMBER, b"0015550100123", {E.NUMBER: {b"+15550100123", b"0015550100123"}}),
    (E.EXTENSION, b"4021", {E.EXTENSION: {b"4021"}}),
    (E.NAME, b"Doeberg", {E.NAME: {b"Doeberg"}}),
    (E.NAME, b"Carla Doeberg", {E.NAME: {b"Carla", b"Doeberg", b"Carla Doeberg"}}),
    (E.NAME, b'Carla \\"Cee\\" Doeberg', {E.NAME: {b"Carla", b"Cee", b"Doeberg", b'Carla "Cee" Doeberg'}}),
    (E.NAME, "Жанна".encode(), {E.NAME: {"Жанна".encode()}}),
    (E.NAME, "鈴木".encode(), {E.NAME: {"鈴木".encode()}}),
    (E.NAME, b"J\xfcrgen", {E.NAME: {"Jürgen".encode()}}),
    (E.NAME, b"=?utf-8?B?RG9lYmVyZw==?=", {E.NAME: {b"Doeberg"}}),
    (E.NAME, b"1001", {E.EXTENSION: {b"1001"}}),
    (E.NAME, b"Line 7x9k2", {E.IDENTIFIER: {b"Line 7x9k2"}}),
    (E.EMAIL, b"carla@doeberg.example", {E.USER: {b"carla"}, E.HOST: {b"doeberg.example"}}),
    (E.EMAIL, b"@doeberg.example", {E.HOST: {b"doeberg.example"}}),
    (E.HOST, b"PBX.Example.COM.", {E.HOST: {b"pbx.example.com"}}),
    (E.HOST, b"tower7", {E.HOST: {b"tower7"}}),
    (E.MAC, b"00:00:5E:00:53:01", {E.MAC: {b"00005e005301"}}),
    (E.SECRET, b"hunter22", {E.SECRET: {b"hunter22"}}),
    (E.CALL_ID, b"a84b4c76e66710", {E.IDENTIFIER: {b"a84b4c76e66710"}}),
    (E.TAG, b"as1c2a9f", {E.IDENTIFIER: {b"as1c2a9f"}}),
    (E.TEXT, b"meet me at the office\nOK", {E.TEXT: {b"meet me at the office"}}),
    (E.TEXT, b"Internal Server Error at Doeberg", {E.TEXT: {b"Internal Server Error at Doeberg"}}),
    (E.TEXT, b"Wanda: meet me at the office", {E.TEXT: {b"Wanda: meet me at the office"}}),
    (E.TEXT, b"Info: door code 4711", {E.TEXT: {b"Info: door code 4711"}}),
    (E.USER, b"0000012345", {E.NUMBER: {b"0000012345"}}),
    (E.SECRET, b'hunter2="', {E.SECRET: {b'hunter2="'}}),
    (E.NUMBER, b"0000442079460321", {E.NUMBER: {b"0000442079460321", b"+00442079460321"}}),
    (E.DEVICE, b"SN-00099-AB", {E.DEVICE: {b"SN-00099-AB"}}),
    (E.DEVICE, b"  SN-00099-AB\r\n", {E.DEVICE: {b"SN-00099-AB"}}),
    (E.DEVICE, b"gwen.laptop", {E.DEVICE: {b"gwen.laptop"}}),
]

LEFT_OUT: list[tuple[Entity, bytes]] = [
    (E.TEXT, b"[suppressed: line that a terminal drew over]\r\n"),
    (E.TEXT, b"meet me there"),
    (E.NUMBER, b"00000042"),
    (E.SECRET, b"Digest username=\\"),
    (E.IDENTIFIER, b"ljq2ka45jsrt.invalid"),
    (E.TEXT, b"Internal Server Error\r\n"),
    (E.USER, b""),
    (E.USER, b"a"),
    (E.USER, b"al"),
    (E.USER, b"12"),
    (E.USER, b"anonymous"),
    (E.USER, b"user"),
    (E.USER, b"hello world"),
    (E.USER, b"x" * 600),
    (E.USER, b"xxxxxxxx"),
    (E.SECRET, b"xxxXXXxxx"),
    (E.SECRET, b"********"),
    (E.USER, b"device."),
    (E.NAME, b"Inc"),
    (E.NAME, b"GmbH"),
    (E.HOST, b"mail"),
    (E.EXTENSION, b"99"),
    (E.NAME, b"Unknown"),
    (E.NAME, b"ok"),
    (E.NAME, b"="),
    (E.NAME, b"=?utf-8?Z?nothing?="),
    (E.HOST, b"192.0.2.1"),
    (E.HOST, b"[2001:db9::1]"),
    (E.HOST, b"zsesa.invalid"),
    (E.HOST, b"1.0.168.192.in-addr.arpa"),
    (E.HOST, b"abc"),
    (E.HOST, b"localhost"),
    (E.HOST, b"a b.example"),
    (E.HOST, b"."),
    (E.MAC, b"ff:ff:ff:ff:ff:ff"),
    (E.MAC, b"00:00:00:00:00:00"),
    (E.MAC, b"00:00:5e"),
    (E.MAC, b"aa:aa:aa:aa:aa:aa"),
    (E.SECRET, b"1234"),
    (E.SECRET, b"password"),
    (E.TAG, b"12345678"),
    (E.TAG, b"abcdefgh"),
    (E.TAG, b"a1b2c"),
    (E.CALL_ID, b"3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
    (E.BRANCH, b"z9hG4bK776asdhds"),
    (E.DEVICE, b"SN-1"),
    (E.DEVICE, b"a phone of Alice"),
    (E.TEXT, b"see you tomorrow"),
    (E.DTMF, b"1234"),
    (E.CARD, b"4111111111111111"),
    (E.IPV4, b"192.0.2.1"),
    (E.NONCE, b"84a4cc6f3082121f"),
    (E.TIME, b"2025-03-02"),
]


@pytest.mark.parametrize(("entity", "value", "expected"), LEARNED)
def test_what_is_learned(entity: Entity, value: bytes, expected: dict[Entity, set[bytes]]) -> None:
    assert lexicon((entity, value)).values == expected


@pytest.mark.parametrize(("entity", "value"), LEFT_OUT)
def test_what_could_not_be_swept_safely_is_left_out(entity: Entity, value: bytes) -> None:
    assert len(lexicon((entity, value))) == 0


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"carla@doeberg.example\n", {E.USER: {b"carla"}, E.HOST: {b"doeberg.example"}}),
        (b"+1 555 010 0123", {E.NUMBER: {b"+15550100123"}}),
        (b"1001", {E.EXTENSION: {b"1001"}}),
        (b"doeberg.example", {E.HOST: {b"doeberg.example"}}),
        (b"Carla Doeberg", {E.NAME: {b"Carla", b"Doeberg", b"Carla Doeberg"}}),
        (b"Ng", {E.NAME: {b"Ng"}}),
        (b"# a comment", {}),
        (b"  \r\n", {}),
    ],
)
def test_entries_of_a_known_list(line: bytes, expected: dict[Entity, set[bytes]]) -> None:
    known = Lexicon(rule_set().stop_words)
    known.add_known(line)
    assert known.values == expected


def test_merging_is_union_in_any_order() -> None:
    first, second = lexicon((E.USER, b"alice"), (E.HOST, b"pbx.example.com")), lexicon((E.USER, b"bobby"))
    one, other = merged([first, second]), merged([second, first])
    assert one.values == other.values == {E.USER: {b"alice", b"bobby"}, E.HOST: {b"pbx.example.com"}}
    assert first.values[E.USER] == {b"alice"}


def test_plan_of_numbers() -> None:
    plan = lexicon((E.NUMBER, b"+442079460958"), (E.NUMBER, b"+15550100123"), (E.NUMBER, b"5550100")).plan()
    assert plan[b"2079460958"] == b"44"
    assert plan[b"5550100123"] == b"1"
    assert set(plan.values()) == {b"44", b"1"}
