from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path
from struct import pack

import pytest

from scrubber.audit import dissection, wrapped
from scrubber.model import Entity, Finding
from tests.capture import files
from tests.capture.frames import ethernet, ipv4, udp

needs_tshark = pytest.mark.skipif(bool(dissection.unavailable()), reason="needs tshark")
needs_sh = pytest.mark.skipif(not Path("/bin/sh").exists(), reason="stands in for tshark by a shell script")

OPTIONS = (
    b"OPTIONS sip:marlowe@pbx.example.net SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bK1\r\n"
    b"From: <sip:marlowe@pbx.example.net>;tag=1\r\nTo: <sip:marlowe@pbx.example.net>\r\nCall-ID: a1\r\n"
    b"CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


def searching(*values: tuple[bytes, Entity]) -> dissection.Find:
    def find(text: bytes) -> list[Finding]:
        return [
            Finding(match.start(), match.end(), entity, "known")
            for value, entity in values
            for match in re.finditer(re.escape(value), text)
        ]

    return find


def nothing(_: bytes) -> list[Finding]:
    return []


def never(_: Entity, __: bytes) -> float:
    return 0.0


def capture(*payloads: bytes, ports: tuple[int, int] = (5060, 5060)) -> bytes:
    return files.pcap([ethernet(ipv4(udp(payload, *ports))) for payload in payloads])


def segment(payload: bytes, sport: int, seq: int) -> bytes:
    return ethernet(ipv4(pack(">HHIIBBHHH", sport, 40000, seq, 2000, 5 << 4, 0x18, 512, 0, 0) + payload, 6))


def examined(
    cleaned: bytes,
    original: bytes | None = None,
    find: dissection.Find = nothing,
    stays: Callable[[Entity, bytes], float] = never,
) -> dissection.Dissected:
    return dissection.examine((cleaned,), None if original is None else (original,), find, stays)


def fields(found: dissection.Dissected) -> set[str]:
    return {rule.partition(":")[2] for _, rule in found.counts}


# --- what only a dissector sees


def stun(address: str) -> bytes:
    """A binding response whose address is XOR-ed with the cookie of RFC 8489."""
    cookie = bytes.fromhex("2112a442")
    hidden = bytes(one ^ other for one, other in zip(IPv4Address(address).packed, cookie, strict=True))
    attribute = pack(">HHBBH", 0x0020, 8, 0, 1, 4000 ^ 0x2112) + hidden
    return pack(">HH", 0x0101, len(attribute)) + cookie + bytes(range(12)) + attribute


def gtp(imsi: str) -> bytes:
    """A request of GTP version 1 with an IMSI, two digits an octet with the first one low (3GPP TS 29.060)."""
    digits = imsi + "F" * (16 - len(imsi))
    packed = bytes(int(digits[at + 1] + digits[at], 16) for at in range(0, 16, 2))
    body = pack(">HBB", 7, 0, 0) + b"\x02" + packed
    return pack(">BBHI", 0x32, 16, len(body), 0x11223344) + body


def answer(name: tuple[bytes, ...]) -> bytes:
    """A DNS answer whose name is a pointer into the question."""
    question = b"".join(bytes([len(label)]) + label for label in name) + b"\0" + pack(">HH", 12, 1)
    target = b"\x07marlowe\xc0" + bytes([12 + 1 + len(name[0])])
    return (
        pack(">HHHHHH", 7, 0x8180, 1, 1, 0, 0) + question + b"\xc0\x0c" + pack(">HHIH", 12, 1, 60, len(target)) + target
    )


@needs_tshark
def test_addresses_that_were_xored() -> None:
    found = examined(capture(stun("203.0.113.9"), ports=(3478, 40000)), find=searching((b"203.0.113.9", Entity.IPV4)))
    assert fields(found) == {"stun_stun_att_ipv4"}
    assert [(place.line, place.entity) for place in found.places] == [(1, Entity.IPV4)]
    assert found.note == ""


@needs_tshark
def test_digits_packed_two_an_octet() -> None:
    before, after = (capture(gtp(imsi), ports=(2123, 2123)) for imsi in ("262013564857956", "262011111111111"))
    found = examined(before, before, stays=never)
    assert (Entity.NUMBER, "dissection:e212_e212_imsi") in found.counts
    assert not any("imsi" in field for field in fields(examined(after, before)))
    assert "e212_e212_imsi" in fields(examined(before, find=searching((b"262013564857956", Entity.NUMBER))))


@needs_tshark
def test_names_that_were_compressed() -> None:
    data = capture(answer((b"9", b"corp", b"invalid")), ports=(53, 40000))
    assert b"marlowe.corp" not in data
    found = examined(data, find=searching((b"marlowe.corp.invalid", Entity.HOST)))
    assert "dns_dns_ptr_domain_name" in fields(found)


@needs_tshark
def test_bodies_put_together_and_unpacked() -> None:
    body = gzip.compress(b"Dear Mr Marlowe, your call was recorded.")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
    head += b"Content-Length: %d\r\n\r\n" % len(body)
    message = head + body
    cut = len(message) - 20
    data = files.pcap(
        [
            segment(message[:cut], 80, 1),
            segment(message[cut:], 80, 1 + cut),
        ]
    )
    assert b"Marlowe" not in data
    found = examined(data, find=searching((b"Marlowe", Entity.NAME)))
    assert {place.line for place in found.places} == {2}


@needs_tshark
def test_messages_of_a_text() -> None:
    data = b"".join(wrapped.capture([OPTIONS, OPTIONS.replace(b"marlowe", b"zvogepi")]))
    found = examined(data, find=searching((b"marlowe", Entity.USER)))
    assert {"sip_sip_from_user", "sip_sip_to_user", "sip_sip_r-uri_user"} <= fields(found)
    assert {place.line for place in found.places} == {1}


# --- what is compared with the original


@needs_tshark
def test_what_stands_where_it_stood_is_left() -> None:
    before = capture(OPTIONS)
    after = capture(OPTIONS.replace(b"From: <sip:marlowe", b"From: <sip:zvogepi"))
    found = examined(after, before)
    users = {rule for (entity, rule), _ in found.counts.items() if entity is Entity.USER}
    assert users == {"dissection:sip_sip_r-uri_user"}
    assert found.counts[Entity.MAC, "dissection:eth_eth_dst"]
    assert found.malformed == ()


@needs_tshark
def test_what_stays_by_design_is_not_left() -> None:
    before = capture(OPTIONS)
    assert examined(before, before, stays=lambda _, __: 1.0).counts == {}


@needs_tshark
def test_files_that_do_not_line_up_are_compared_by_what_is_unique() -> None:
    before = files.pcap([ethernet(ipv4(udp(OPTIONS, 5060, 5060), source=IPv4Address("203.0.113.9").packed))])
    one = ethernet(ipv4(udp(OPTIONS, 5060, 5060), source=IPv4Address("10.0.0.1").packed))
    two = ethernet(ipv4(udp(OPTIONS, 5060, 5060), source=IPv4Address("203.0.113.9").packed))
    found = examined(files.pcap([one, two]), before)
    assert (Entity.IPV4, "dissection:ip_ip_src") in found.counts or (
        Entity.IPV4,
        "dissection:sip_sip_Via_sent-by_address",
    ) in found.counts
    assert not any(entity is Entity.USER for entity, _ in found.counts)


@needs_tshark
def test_frames_that_became_malformed() -> None:
    good = stun("203.0.113.9")
    query = answer((b"9", b"corp", b"invalid"))
    broken = query[:-9] + b"\xff" * 9
    before = files.pcap([ethernet(ipv4(udp(payload, 53, 40000))) for payload in (query, query)] + [ethernet(good)])
    after = files.pcap([ethernet(ipv4(udp(payload, 53, 40000))) for payload in (query, broken)] + [ethernet(good)])
    found = examined(after, before)
    assert [(frame.number, frame.protocol, frame.spoiled) for frame in found.malformed] == [(2, "dns", True)]
    assert [(place.rule, place.line) for place in found.spoiled] == [("dissection.malformed:dns", 2)]
    assert examined(before, after).malformed == ()


@needs_tshark
def test_numbers_that_count_are_no_digits_of_anybody() -> None:
    """A sequence number may be any; the same digits as an account name are an original."""
    data = files.pcap([segment(b"", 5060, 2079460958)])
    find = searching((b"2079460958", Entity.NUMBER))
    assert examined(data, find=find).counts == {}
    assert "sip_sip_from_user" in fields(examined(capture(OPTIONS.replace(b"marlowe", b"2079460958")), find=find))


@needs_tshark
def test_short_numbers_stand_in_quotes_where_they_are_one() -> None:
    seen: list[bytes] = []

    def find(text: bytes) -> list[Finding]:
        seen.append(text)
        return []

    examined(capture(OPTIONS.replace(b"marlowe", b"2001")), find=find)
    assert b'\n"2001"\n' in b"".join(seen).replace(b"\0", b"").replace(b"\n\n", b"\n")
    assert b'"5060"' not in b"".join(seen)


@needs_tshark
@pytest.mark.parametrize("data", [b"", b"no capture", files.pcap()[:30], files.pcap([b"\xff" * 60])[:-9]])
def test_anything_is_read_as_far_as_it_goes(data: bytes) -> None:
    found = examined(data, find=nothing)
    assert found.counts == {}
    assert found.frames <= 1


@needs_tshark
def test_pcapng_too() -> None:
    data = files.pcapng([ethernet(ipv4(udp(OPTIONS, 5060, 5060)))])
    assert "sip_sip_from_user" in fields(examined(data, find=searching((b"marlowe", Entity.USER))))


# --- when it does not run


def test_without_tshark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissection, "_tshark", lambda: None)
    found = examined(files.pcap())
    assert found == dissection.Dissected(note="dissection audit not run: tshark not found")


def test_without_pyshark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissection, "_tshark", lambda: "/bin/true")
    monkeypatch.setattr(dissection, "_capture_type", lambda: None)
    assert examined(files.pcap()).note == "dissection audit not run: pyshark cannot be loaded"


@needs_tshark
def test_a_large_capture_is_left_out_unless_asked_for() -> None:
    data = capture(*[OPTIONS] * 3)
    left = dissection.examine((data,), None, nothing, never, limit=len(data) - 1)
    assert (left.frames, left.note) == (0, f"dissection audit not run: larger than {len(data) - 1} octets")
    assert dissection.examine((data,), (data + b"x",), nothing, never, limit=len(data)).frames == 0
    assert dissection.examine((data,), None, nothing, never, limit=len(data)).frames == 3
    assert dissection.examine((data,), None, nothing, never, limit=None).frames == 3


# --- a program that does not behave


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def write(script: str) -> None:
        path = tmp_path / "tshark"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        monkeypatch.setattr(dissection, "_tshark", lambda: str(path))

    return write


def line(**values: str) -> str:
    return json.dumps({"timestamp": "1", "layers": {"frame": values}})


@needs_sh
def test_a_crash_is_no_leak(program: Callable[[str], None]) -> None:
    program(f"echo '{line(a='marlowe')}'\nkill -SEGV $$")
    found = examined(files.pcap(), find=searching((b"marlowe", Entity.USER)))
    assert found.note == "could not be dissected: tshark crashed"
    assert fields(found) == {"a"}
    assert examined(files.pcap(), files.pcap()).note == found.note


@needs_sh
def test_a_program_that_hangs_is_ended(program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissection, "SECONDS", 0.3)
    program("exec sleep 60")
    began = time.monotonic()
    assert examined(files.pcap(), files.pcap()).note == "could not be dissected: tshark takes too long"
    assert time.monotonic() - began < 20
    # Nothing waits to be collected; children of other tests may still be there.
    with suppress(ChildProcessError):
        assert os.waitpid(-1, os.WNOHANG) == (0, 0)


@needs_sh
def test_a_frame_with_too_many_fields(program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissection, "_LONGEST", 1 << 12)
    program("head -c 100000 /dev/zero")
    assert examined(files.pcap()).note == "could not be dissected: a frame with too many fields"


@needs_sh
def test_what_is_no_json_is_searched_as_it_is(program: Callable[[str], None]) -> None:
    program("echo 'not json: marlowe'")
    assert examined(files.pcap(), find=searching((b"marlowe", Entity.USER))).counts


@needs_sh
def test_nothing_of_the_user_reaches_the_program(
    program: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    monkeypatch.setenv("SCRUBBER_KEY", "0" * 64)
    monkeypatch.setenv("WIRESHARK_CONFIG_DIR", str(tmp_path))
    program(f'{{ env; pwd; echo "arguments $*"; ls -l; cat; }} >{told}')
    examined(files.pcap())
    text = told.read_text()
    assert "SCRUBBER_KEY" not in text
    assert "WIRESHARK_CONFIG_DIR=" + str(tmp_path) + "\n" not in text
    folder = re.search(r"^HOME=(.*)$", text, re.MULTILINE)
    assert folder is not None
    assert not Path(folder[1]).exists()
    arguments = re.search(r"^arguments (.*)$", text, re.MULTILINE)
    assert arguments is not None
    assert arguments[1].endswith(f"-r {folder[1]}/cleaned")
    assert "-rw-------" in text


@needs_sh
def test_a_file_of_the_working_folder_names_no_program(
    program: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library would take the path of tshark from there."""
    evil, hit = tmp_path / "evil", tmp_path / "hit"
    evil.mkdir()
    (evil / "tshark").write_text(f"#!/bin/sh\ntouch {hit}\n")
    (evil / "tshark").chmod(0o700)
    (tmp_path / "config.ini").write_text(f"[tshark]\ntshark_path = {evil / 'tshark'}\n")
    monkeypatch.chdir(tmp_path)
    program("exit 0")
    assert examined(files.pcap()).note == ""
    assert not hit.exists()


@needs_tshark
def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """No warning, process, event loop or file: in a program of its own, where warnings are errors."""
    (tmp_path / "a.pcap").write_bytes(capture(OPTIONS))
    code = (
        "import asyncio, os, pathlib, tempfile\n"
        "from scrubber.audit import dissection\n"
        "data = pathlib.Path('a.pcap').read_bytes()\n"
        "found = dissection.examine((data,), (data,), lambda text: [], lambda entity, value: 1.0)\n"
        "assert found.frames == 1, found\n"
        "assert not list(pathlib.Path(tempfile.gettempdir()).glob('scrubber-*'))\n"
        "try:\n    os.waitpid(-1, os.WNOHANG)\nexcept ChildProcessError:\n    print('clean')\n"
    )
    tree = str(Path(dissection.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": tree, "TMPDIR": str(tmp_path), "PYTHONDEVMODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("clean\n", "")


def test_pyshark_is_loaded_late() -> None:
    tree = str(Path(dissection.__file__).parents[2])
    code = "import sys, scrubber.audit.dissection; print('pyshark' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": tree}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_tshark_is_found_where_it_is_usual(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "tshark"
    program.write_text("")
    program.chmod(0o700)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(dissection, "_KNOWN_PLACES", (str(tmp_path / "none"), str(program)))
    assert dissection._tshark.__wrapped__() == str(program)
