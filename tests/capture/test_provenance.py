from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.capture import provenance
from scrubber.model import Entity
from tests.capture.wire import learning, rewriting

PROGRAMS = {
    b"Dumpcap (Wireshark) 4.0.17 (Git v4.0.17 packaged as 4.0.17-0+deb12u1)": b"Dumpcap (Wireshark) 4.0.17",
    b"TShark 1.8.2": b"TShark 1.8.2",
    b"tcpdump/4.99": b"tcpdump/4.99",
    b"Wireshark": b"Wireshark",
    b"sngrep 1.6.0": b"sngrep 1.6.0",
    b"Wireshark-acme 3.0": b"",
    b"tcpdump 192.0.2.10": b"tcpdump",
    b"acme-capture 1.0": b"",
    b"": b"",
}
SYSTEMS = {
    b"Linux 5.15.0-91-generic": b"Linux 5.15",
    b"Linux 6.1": b"Linux 6.1",
    b"64-bit Windows 10 (22H2), build 19045": b"64-bit Windows 10",
    b"64-bit Windows Server 2019": b"64-bit Windows Server 2019",
    b"Mac OS X 10.15.7, build 19H15 (Darwin 19.6.0)": b"Mac OS X 10.15.7",
    b"Linux pbx.example.com": b"Linux",
    b"Linux-acme": b"",
}
HARDWARE = {
    b"Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz (with SSE4.2)": b"Intel(R) Core(TM)",
    b"x86_64": b"x86_64",
    b"AMD Ryzen 7 serial 1234": b"AMD Ryzen",
    b"HP blade SN-00099-AB": b"",
}
KEPT_NAMES = [
    *(b"eth0 eth0.100 enp0s31f6 wlp3s0 ens192 eno1 any lo lo0 - bond0 en0 utun3 wlan0 br0 usbmon1".split()),
    b"Wi-Fi 2",
    b"Ethernet",
    b"\\Device\\NPF_Loopback",
]


@pytest.mark.parametrize(("text", "expected"), PROGRAMS.items())
def test_programs(text: bytes, expected: bytes) -> None:
    assert provenance.program(text) == expected


@pytest.mark.parametrize(("text", "expected"), SYSTEMS.items())
def test_systems(text: bytes, expected: bytes) -> None:
    assert provenance.system(text).startswith(expected) if expected else provenance.system(text) == b""
    assert re.fullmatch(re.escape(expected) + rb"[0-9.]*", provenance.system(text))


@pytest.mark.parametrize(("text", "expected"), HARDWARE.items())
def test_hardware(text: bytes, expected: bytes) -> None:
    assert provenance.hardware(text) == expected


@pytest.mark.parametrize("name", KEPT_NAMES)
def test_common_interfaces_stay(name: bytes) -> None:
    assert provenance.interface(name, rewriting()) == name


def test_other_interfaces_are_replaced() -> None:
    to = rewriting()
    assert provenance.interface(b"enx00005e005301", to) == b"enx" + to.mac(bytes.fromhex("00005e005301")).hex().encode()
    uuid = b"1A2B3C4D-0011-2233-4455-66778899AABB"
    mapped = provenance.interface(b"\\Device\\NPF_{%b}" % uuid, to)
    assert mapped == b"\\Device\\NPF_{%b}" % to.value(Entity.IDENTIFIER, uuid, "x") != b"\\Device\\NPF_{%b}" % uuid
    for name in (b"acme-trunk", b"br-1a2b3c4d5e6f", b"eth0 at pbx.example.com", b"ethalice"):
        assert provenance.interface(name, to) == to.value(Entity.DEVICE, name, "x") != name


@given(name=st.binary(max_size=60))
def test_learning_changes_no_name(name: bytes) -> None:
    """The pass that learns gives any name back."""
    assert provenance.interface(name, learning()[0]) == name


@given(text=st.binary(max_size=60))
def test_what_stays_begins_the_text(text: bytes) -> None:
    """Nothing but the start of a text can go out."""
    for generalised in (provenance.program, provenance.system, provenance.hardware):
        assert text.startswith(generalised(text))
