"""Variables of a dial plan lose what they hold, unless it is a word of a protocol."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings.message import Messages
from scrubber.readings.rewrite import Learning
from scrubber.readings.variable import is_variable, line
from tests.passes import DOUBLING, cleaned, complete, doubling, lexicon, rule_set

MESSAGES = Messages(complete())
LEARNING = Messages(Learning(rule_set(), lexicon()))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Variable: SECRETCODE\r\nValue: 6603917\r\n", ["6603917"]),
        ("Variable: LOC\nValue: 6603917\n", ["6603917"]),
        ("Value: 6603917\r\nVariable: LOC\r\n", ["6603917"]),
        ("variable: __CUSTOMER\nvalue: Carla Quarles\n", ["Carla", "Quarles"]),
        ("Variable: CALLERID(name)\nValue: Carla Quarles\n", ["Carla", "Quarles"]),
        ("Variable: FLOOR\nValue: 66039\n", ["66039"]),
        ("Variable: LOC=6603917,WHO=Carla Quarles\r\n", ["6603917", "Carla", "Quarles"]),
        ("ChanVariable: LOC=6603917\r\n", ["6603917"]),
        ("variable_sip_h_X-Account: Quarles-6603917\n", ["Quarles", "6603917"]),
        ("ChanVariable(PJSIP/carla-0000002c): LOC=6603917\r\n", ["6603917", "carla"]),
        ("[2025-03-02 18:03:12] VERBOSE[40] x.c: Variable: LOC=6603917\n", ["6603917"]),
    ],
)
def test_what_a_variable_holds_is_replaced(text: str, hidden: list[str]) -> None:
    for block in (text, f"Event: VarSet\r\nChannel: x\r\n{text}Uniqueid: 1740938592.1\r\n\r\n"):
        new = cleaned(block.encode(), "asterisk").decode()
        assert [value for value in hidden if value in new] == []
        assert new.count("\n") == block.count("\n")


def test_addresses_and_contacts_of_an_event_keep_their_ports_and_parameters() -> None:
    contact = "sip:7346@10.73.41.101:5060;ob;transport=ws"
    text = "Event: x\r\nViaAddress: 10.73.41.101:5060\r\nWhere: IPV4/UDP/10.73.41.101/5060\r\nContacts: 7346/"
    new = cleaned(f"{text}{contact}\r\n\r\n".encode(), "asterisk").decode()
    assert re.fullmatch(
        r"Event: x\r\nViaAddress: (10[\d.]+):5060\r\nWhere: IPV4/UDP/\1/5060\r\n"
        r"Contacts: (\d{4})/sip:\2@\1:5060;ob;transport=ws\r\n\r\n",
        new,
    )
    assert "73.41" not in new


@pytest.mark.parametrize(
    "text",
    [
        "Variable: DIALSTATUS\r\nValue: ANSWER\r\n",
        "Variable: QUEUESRVLEVELPERF\r\nValue: 100.0\r\n",
        "Variable: DIALEDTIME_MS\r\nValue: 15023\r\n",
        "Variable: HANGUPCAUSE\r\nValue: 16\r\n",
        "Variable: DIALSTATUS\r\nValue: \r\n",
        "Variable: BRIDGEUNIQUEID\r\nValue: 1740938592.17\r\n",
        "Variable: RTPAUDIOQOS\r\nValue: ssrc=1283; themssrc=998877; lp=0;rxjitter=0.000125\r\n",
        "Name: x\r\nValue: tower block\r\n",
        "Variable: \r\n",
        "Value: busy\r\n",
    ],
)
def test_words_of_protocols_stay(text: str) -> None:
    assert cleaned(text.encode()) == text.encode()


@pytest.mark.parametrize(
    ("name", "claim"),
    [(b"Variable", True), (b"value ", True), (b"ChanVariable(a/b)", True), (b"Values", False), (b"x Value", False)],
)
def test_which_lines_are_asked_about(name: bytes, claim: bool) -> None:
    assert is_variable(name) is claim


PIECES = st.lists(st.sampled_from([b"Variable: ", b"Value: ", b"LOC", b"=", b",", b" ", b"6603917", b"\xff", b"("]))


@given(PIECES, PIECES)
def test_any_line_is_read_and_learning_changes_none(pieces: list[bytes], above: list[bytes]) -> None:
    text, neighbour = b"".join(pieces), b"".join(above)
    line(text, [neighbour], MESSAGES)
    assert line(text, [neighbour], LEARNING) in (None, text)


@pytest.mark.parametrize("unit", [b"a", b"a=", b",a=1", b",", b" ", b"A1,"])
def test_long_lines_take_linear_time(unit: bytes) -> None:
    assert doubling(lambda text: line(b"Variable: A=" + text, [], MESSAGES), unit, 1 << 14) <= DOUBLING
    assert doubling(lambda text: line(b"Value: 1", [b"Variable: " + text], MESSAGES), unit, 1 << 14) <= DOUBLING
