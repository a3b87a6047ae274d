from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.formats import detect
from scrubber.model import InputError
from tests.formats.prefixes import SAMPLES, sample

FORMAT_OF = {
    "Master.csv": "csv",
    "MicroSIP_log.txt": "pjsip",
    "access.log": "weblog",
    "account.xml": "xml",
    "acrobits.log": "acrobits",
    "apple-console.txt": "apple",
    "asterisk-chan_sip.log": "asterisk",
    "asterisk-cli.txt": "console",
    "asterisk-json.log": "json",
    "asterisk-pjsip.log": "asterisk",
    "baresip.log": "baresip",
    "console.txt": "console",
    "core-thread1.txt": "backtrace",
    "database-show.txt": "astdb",
    "digiuminfo.txt": "autosupport",
    "extensions.csv": "csv",
    "fail2ban.log": "fail2ban",
    "freepbx.log": "freepbx",
    "freepbx.sql": "sql",
    "freepbx_dbug": "freepbx",
    "freeswitch.log": "freeswitch",
    "fwconsole.txt": "plain",
    "homer.json": "homer",
    "kamailio.cfg": "plain",
    "kamailio.log": "kamailio",
    "linphone.log": "linphone",
    "logcat.txt": "logcat",
    "manager.log": "ami",
    "messages.1.gz": "asterisk",
    "microsip.ini": "ini",
    "minisipserver.txt": "minisipserver",
    "netborder-gateway.log": "netborder",
    "opensips.log": "kamailio",
    "packets.json": "packet-details",
    "packets.pdml": "packet-details",
    "packets.psml": "packet-details",
    "phone-syslog.log": "syslog",
    "pjsip.conf": "asterisk-conf",
    "queue_log": "queue-log",
    "rtpengine.log": "kamailio",
    "ngrep-wrapped.txt": "ngrep",
    "sip-trace.txt": "ngrep",
    "sipis.log": "sipis",
    "sipp-messages.log": "sipp",
    "sipp-users.yaml": "yaml",
    "ticket.txt": "sip-text",
    "tshark-verbose.txt": "packets",
    "turn_812.log": "coturn",
    "turnserver.conf": "coturn",
    "twinkle.cfg": "twinkle",
    "twinkle.log": "twinkle",
    "ucp_out.log": "ucp",
    "userman.json": "json-document",
    "vega-support.txt": "vega",
}


def test_every_sample_is_listed() -> None:
    assert {path.name for path in SAMPLES.iterdir() if ".pcap" not in path.name} == set(FORMAT_OF)


@pytest.mark.parametrize(("name", "fmt"), FORMAT_OF.items())
def test_samples_are_recognised_by_their_content_alone(name: str, fmt: str) -> None:
    head = sample(name)
    assert detect.sniff(head, name).name == fmt
    assert detect.sniff(head, "").name == fmt
    assert detect.sniff(head.replace(b"\n", b"\r\n"), "").name == fmt
    assert detect.sniff(head[: len(head) // 2], "").name == fmt


@pytest.mark.parametrize(
    ("head", "fmt"),
    [
        (b"", "plain"),
        (b"\n\n", "plain"),
        (b"hello\n", "plain"),
        (b"[general]\nx=y\n", "plain"),
        (b"INVITE sip:a@b SIP/2.0\r\nVia: x\r\n", "sip-text"),
        (b"Mar  2 18:10:12 edge1 prog[23]: x\n", "syslog"),
    ],
)
def test_what_else_is_recognised(head: bytes, fmt: str) -> None:
    assert detect.sniff(head).name == fmt


@given(st.binary(max_size=200), st.text(max_size=12))
def test_anything_has_a_format(head: bytes, name: str) -> None:
    assert detect.sniff(head, name) in detect.FORMATS


def test_formats_by_name() -> None:
    names = detect.names()
    assert names[-1] == "plain"
    assert len(set(names)) == len(names) == len(detect.FORMATS)
    for name in names:
        assert detect.by_name(name).name == name
        assert detect.by_name(name).summary
    with pytest.raises(InputError) as caught:
        detect.by_name("hunter22")
    assert "hunter22" not in str(caught.value)


@given(st.binary(max_size=150).map(lambda data: data.replace(b"\n", b"")))
def test_prefixes_lie_inside_their_line(line: bytes) -> None:
    for fmt in detect.FORMATS:
        assert 0 <= fmt.text_start(line) <= len(line)


@pytest.mark.parametrize(
    ("chosen", "name", "expected"),
    [
        ("plain", "Master.csv", "csv"),
        ("asterisk", "microsip.ini", "ini"),
        ("csv", "database-show.txt", "astdb"),
        ("yaml", "manager.log", "ami"),
        ("csv", "fwconsole.txt", "csv"),  # nobody recognises it: whoever chose may know better
        ("plain", "manager.log", "plain"),
        ("syslog", "asterisk-pjsip.log", "syslog"),
        ("json-document", "homer.json", "json-document"),
    ],
)
def test_a_choice_holds_unless_the_text_is_plainly_something_else(chosen: str, name: str, expected: str) -> None:
    assert detect.told(chosen, sample(name), name).name == expected


def test_a_choice_of_no_format() -> None:
    with pytest.raises(InputError):
        detect.told("klingon", b"")


@pytest.mark.parametrize("mark", ["> ", "    ", "full.log:12:", "[out] "])
def test_the_format_behind_a_wrapper(mark: str) -> None:
    for name in ("manager.log", "database-show.txt", "asterisk-pjsip.log"):
        head = "\n".join(mark + line for line in sample(name).decode().split("\n")).encode()
        assert detect.sniff(head).name == detect.sniff(sample(name)).name
