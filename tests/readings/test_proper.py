"""Names in prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings import proper
from tests.passes import DOUBLING, cleaned, doubling, rule_set

FOUND: list[tuple[str, list[str]]] = [
    ("call to +353871234567 (Diarmaid Ó Bruadair) line 2", ["Diarmaid Ó Bruadair"]),
    ("ask Máire Uí Bhriain", ["Máire Uí Bhriain"]),
    ("จาก สมหญิง แก้วใส", ["จาก สมหญิง แก้วใส"]),
    ("blocked Wanda Blume calling", ["Wanda Blume"]),
    ("Caller is Wanda Blume and wants Odo Sprague", ["Wanda Blume", "Odo Sprague"]),
    ("Regards, Wanda Blume-Sprague", ["Wanda Blume-Sprague"]),
    ("Wanda O'Malley, Odo McSprague", ["Wanda O'Malley", "Odo McSprague"]),
    ("Contact Wanda van der Blume today", ["Wanda van der Blume"]),
    ("call of Łukasz Żdźbłowski failed", ["Łukasz Żdźbłowski"]),
    ("вызов Анфиса Перепёлкина", ["Анфиса Перепёлкина"]),
    ("from 鈴木 蓮太郎 to", ["鈴木 蓮太郎"]),
    ("звонит Анфиса Перепёлкина-Сова всем", ["Анфиса Перепёлкина-Сова"]),
    (r'xlog("to Wanda Blume\n");', ["Wanda Blume"]),
    ("Blume Optics called", ["Blume Optics"]),
    ("Hello Wanda Blume", ["Wanda Blume"]),
    ("", []),
]
STAYS = [
    "Executing [s@ivr:1] NoOp in new stack",
    "Wrong Password Received",
    "Asterisk Call Manager",
    "Call Forwarding Enabled",
    "Unable to open Database Connection",
    "SIP Session Timer",
    "Diffie Hellman",
    "Authentication Failure From Peer",
    "[Mar  2 18:03:12] NOTICE",
    "Sun Mar  2 18:03:12 2025",
    "Mozilla Firefox",
    "loader.c: ccss => (Call Completion Supplementary Services)",
    "Session Initiation Protocol (401)",
]


@pytest.mark.parametrize(("text", "names"), FOUND)
def test_names_are_found(text: str, names: list[str]) -> None:
    data = text.encode()
    found = proper.find(data, rule_set().stop_words)
    assert [data[finding.start : finding.end].decode() for finding in found] == names


@pytest.mark.parametrize("text", STAYS)
def test_words_of_programs_stay(text: str) -> None:
    assert list(proper.find(text.encode(), rule_set().stop_words)) == []


@pytest.mark.parametrize("head", ["", "[2025-03-02 18:03:12] WARNING[1] app.c: ", "> ", "ERROR: "])
def test_they_go_wherever_a_line_is_read(head: str) -> None:
    new = cleaned(head.encode() + b"could not reach Wanda Blume at 203.0.113.7")
    assert b"Wanda" not in new
    assert b"Blume" not in new


@given(st.binary(max_size=400))
def test_any_octets(data: bytes) -> None:
    assert all(0 <= finding.start < finding.end <= len(data) for finding in proper.find(data, ()))


@pytest.mark.parametrize("unit", [b"Aa ", b"Aa de ", "Яя ".encode(), b"A'A-", b"Aa"])
def test_time_is_linear(unit: bytes) -> None:
    assert doubling(lambda data: list(proper.find(data, ())), unit) <= DOUBLING


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "call back W. Doemannsen at nine, M. Quillfort or K. L. Tarnow",
            ["W. Doemannsen", "M. Quillfort", "K. L. Tarnow"],
        ),
        ("der Anschluss von Ö. Çeldoğlu", ["Ö. Çeldoğlu"]),
        ("薬師寺道野様より転送", ["薬師寺道野"]),
        ("客户慕道野来电号码", ["慕道野"]),
        ("caller quilla doemann hears nothing", ["quilla doemann"]),
        ("holder=rüvde yıldoe code=1", ["rüvde yıldoe"]),
        ("we spoke to zdzisław krzemdoe today", ["zdzisław krzemdoe"]),
    ],
)
def test_names_behind_a_letter_or_a_word_about_people(text: str, names: list[str]) -> None:
    data = text.encode()
    found = sorted(proper.find(data, rule_set().stop_words))
    assert [data[finding.start : finding.end].decode() for finding in found] == names


@pytest.mark.parametrize(
    "text",
    [
        "B. Configure the trunk",
        "e.g. Doemann/x",
        "section A.Doemann",
        "caller hears nothing",
        "ask carrier whether it drops",
        "tell customer support",
        "for inbound routes",
        "with session timers",
        "caller quilla, doemann",
        "caller drops prematurely",
        "used for detecting busies in small batches",
    ],
)
def test_lists_and_sentences_stay(text: str) -> None:
    assert list(proper.find(text.encode(), rule_set().stop_words)) == []


@pytest.mark.parametrize("unit", [b"A. ", b"caller ", b"ask aaa ", b"for a", "Ö. ".encode()])
def test_time_is_linear_for_people(unit: bytes) -> None:
    assert doubling(lambda data: list(proper.find(data, ())), unit) <= DOUBLING
