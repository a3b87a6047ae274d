"""What stays where nothing vouches for a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine import Engine
from scrubber.lexicon import Lexicon
from scrubber.model import Entity
from scrubber.readings.denial import RULE, Denial
from scrubber.readings.rewrite import Rewrite
from tests.capture.wire import learning, rewriting
from tests.passes import KEY, rewriter, rule_set


def denial() -> Denial:
    reader = rewriting().reader
    return Denial(reader, reader.text)


@pytest.mark.parametrize(
    ("told", "value"),
    [
        (b"state", b"ringing"),
        (b"level", b"info"),
        (b"codec", b"PCMU"),
        (b"whatever", b"1.2.3"),
        (b"whatever", b"12ms"),
        (b"whatever", b"NO ANSWER"),
        (b"whatever", b"2025-03-02T18:03:12"),
        (b"duration", b"1260"),
        (b"firmware_version", b"snomD735-SIP 10.1.184.15"),
        (b"filename", b"res_pjsip_logger.c"),
        (b"filename", b"confbridge/conf_config_parser.c"),
        (b"expiration_time", b"1795283469"),
        (b"creationtime", b"2026-11-21T17:43:36.833+0000"),
        (b"kernel", b"6.18.44-fc-v669"),
        (b"firmware", b"66.84.0.15"),
        (b"whatever", b"11/18/2026"),
        (b"whatever", b"/v1/users"),
        (b"whatever", b"12 24 58"),
        (b"whatever", b"18/11/2026"),
        (b"vilnius", b"Europe/Vilnius"),
        (b"template", b"%account[username]%"),
        (b"origdate", b"Wed Nov 18 06:44:10 AM UTC 2026"),
        (b"user_agent", b"Yealink SIP-T46S 66.84.0.15"),
        (b"codecs", b"PCMA/8000 telephone-event/8000"),
        (b"state", b"hairpinned"),
        (b"type", b"StasisStart"),
        (b"type", b"ChannelStateChange"),
        (b"status", b"NORMAL_CLEARING"),
        (b"method", b"switchvox.callLogs.search"),
        (b"language", b"Deutsch"),
        (b"cipher", b"ECDHE-RSA-AES128-GCM-SHA256"),
        (b"seq", b"3882340"),
        (b"ring", b"!425/200,!0/300"),
        (b"debug", b"verbose"),
        (b"auth", b"md5"),
        (b"ClientRequestUserAgent", b"python-requests/2.31.0"),
    ],
)
def test_what_stays(told: bytes, value: bytes) -> None:
    assert denial().unnamed(told, value) == value


@pytest.mark.parametrize(
    ("told", "value", "gone"),
    [
        (b"whatever", b"Wanda Blume", (b"Wanda", b"Blume")),
        (b"whatever", b"wblume", (b"wblume",)),
        (b"", b"122 246 584", (b"122", b"584")),
        (b"whatever", b"(22) 447-19-32", (b"447", b"32")),
        (b"whatever", b"Xk29-fj", (b"Xk29", b"fj")),
        (b"state", b"Wanda Blume", (b"Wanda", b"Blume")),
        (b"status", "Ванда в отпуске".encode(), ("Ванда".encode(),)),
        (b"queue", b"4711", (b"4711",)),
        (b"lastdata", b"600,t,,,90", (b"600",)),
        (b"auth", b"Qv7mort-auth", (b"Qv7mort",)),
        (b"auth", b"quillmort", (b"quillmort",)),
        (b"debug", b"quillmort", (b"quillmort",)),
        (b"state", b"zwQuip9", (b"zwQuip9",)),
        (b"mode", b"Tarnbrook", (b"Tarnbrook",)),
        (b"method", b"Tarnbrook-77", (b"Tarnbrook",)),
        (b"address", b"4711", (b"4711",)),
        (b"version", b"built for Wanda at 203.0.113.9", (b"203.0.113.9",)),
    ],
)
def test_what_goes(told: bytes, value: bytes, gone: tuple[bytes, ...]) -> None:
    new = denial().unnamed(told, value)
    assert [word for word in gone if word in new] == []


def test_a_known_extension_goes_where_nothing_is_said_and_stays_where_a_measure_is() -> None:
    lexicon = Lexicon()
    lexicon.add(Entity.EXTENSION, b"150")
    known = Engine(rule_set(), KEY, lexicon)
    reader = Rewrite(known.rules, known.surrogates, known.sweep)
    judged = Denial(reader, rewriter().rewrite)
    assert judged.unnamed(b"var_23", b"150") != b"150"
    assert judged.unnamed(b"var_23", b"151") == b"151"
    assert judged.unnamed(b"duration", b"150") == b"150"


def test_what_is_denied_is_not_learned() -> None:
    values, lexicon = learning()
    assert Denial(values.reader, values.reader.text).denied(b"wanda blume") == b"wanda blume"
    assert RULE.startswith("fragment-")
    assert not any(b"wanda" in value for taught in lexicon.values.values() for value in taught)


@pytest.mark.parametrize("told", [b"msg", b"message", b"log_msg", b"err", b"stack-trace"])
def test_what_a_program_says_is_a_sentence(told: bytes) -> None:
    assert denial().is_sentence(told)


@given(st.binary(max_size=300))
def test_any_octets(value: bytes) -> None:
    assert isinstance(denial().unnamed(b"whatever", value), bytes)
