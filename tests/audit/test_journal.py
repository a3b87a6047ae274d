"""Lines counted by level and source file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.audit import journal
from scrubber.audit.journal import Journal
from scrubber.formats import detect

ASTERISK = (
    b"[2025-03-02 18:03:12] VERBOSE[7][C-0000001a] pbx.c: one\nbare\n\n"
    b"[2025-03-02 18:03:14] NOTICE[7] res_pjsip/pjsip_distributor.c: two\nDate: 01:00:00\n"
    b"[2025-03-02 18:09:14] MALLORY[7] pbx.c: three"
)
LOGS: dict[str, tuple[bytes, dict[str, int], dict[str, int]]] = {
    "asterisk": (ASTERISK, {"VERBOSE": 1, "NOTICE": 1, "other": 1}, {"pbx.c": 2, "res_pjsip/pjsip_distributor.c": 1}),
    "json": (
        b'{"timestamp":"2025-03-02 18:03:12","logmsg":{"location":{"filename":"pbx.c","line":1},"level":"DEBUG"}}\n',
        {"DEBUG": 1},
        {"pbx.c": 1},
    ),
    "pjsip": (
        b"18:03:12.345           pjsua_core.c  .TX\n18:03:12.345  pjsua_app.c !x\n",
        {},
        {"pjsua_core.c": 1, "pjsua_app.c": 1},
    ),
    "freeswitch": (
        (
            b"2025-03-02 18:03:12.345678 98.70% [NOTICE] switch_channel.c:1142 New Channel\n"
            b"3f2504e0-4f89-11d3-9a0c-0305e82c3301 2025-03-02 18:03:12.345678 [DEBUG] mod_x.c:6 y\n"
            b"EXECUTE [NOTICE] a.c:1\n"
            b"2025-03-02 18:03:13.345678 98.70% [DEBUG] mod_x.c:7 z\n"
        ),
        {"NOTICE": 1, "DEBUG": 2},
        {"switch_channel.c": 1, "mod_x.c": 2},
    ),
    "kamailio": (
        (
            b"Mar  2 18:10:12 edge1 kamailio[23460]: INFO: <core> [core/tcp_main.c:5073]: init_tcp(): x\n"
            b"Mar  2 18:10:15 edge1 kamailio[23480]: NOTICE: {1 35606 REGISTER d42f} <script>: REQ [a.c:1]\n"
            b"Mar  2 18:10:13 edge1 kamailio[23460]: INFO: {1 3 INVITE d4} tls [tls_domain.c:340]: y\n"
            b"Mar  2 18:30:09 proxy2 /usr/sbin/opensips[1187]: DBG:core:parse_msg: SIP Request:\n"
        ),
        {"INFO": 2, "NOTICE": 1, "DBG": 1},
        {"core/tcp_main.c": 1, "tls_domain.c": 1},
    ),
    "linphone": (
        b"2025-03-02 18:03:12:500 belle-sip-error-x\n2025-03-02 18:03:12:500 liblinphone-message-y\n",
        {"error": 1, "message": 1},
        {},
    ),
    "plain": (
        b"2025 [NOTICE] mallory.c:9 x\nkamailio[7]: ERROR: <core> y\nAllow: INFO, BYE\nWARNING no\n",
        {"NOTICE": 1, "ERROR": 1},
        {},
    ),
}


def counted(fmt: str, *blocks: bytes) -> Journal:
    found = Journal(fmt)
    assert list(found.watched(blocks)) == list(blocks)
    return found


@pytest.mark.parametrize("fmt", LOGS)
def test_levels_and_sources(fmt: str) -> None:
    text, levels, sources = LOGS[fmt]
    found = counted(fmt, text)
    assert (found.levels, found.sources) == (levels, sources)


def test_lines_and_silence() -> None:
    found = counted("asterisk", *(line + b"\n" for line in ASTERISK.split(b"\n")[:-1]), ASTERISK.split(b"\n")[-1])
    assert (found.lines, found.silence) == (6, 360)
    assert counted("asterisk", ASTERISK).blank == 1


def test_sources_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SOURCES", 1)
    assert counted("asterisk", ASTERISK).sources == {"pbx.c": 2, "other": 1}


@given(
    st.lists(st.binary(max_size=60) | st.sampled_from([text for text, _, _ in LOGS.values()])),
    st.sampled_from([fmt.name for fmt in detect.FORMATS]),
)
def test_any_blocks(blocks: list[bytes], fmt: str) -> None:
    counted(fmt, *blocks)
