"""One dissector at a time does nothing, over captures of real programs: what it leaves is noticed by every audit."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scrubber.audit.rereading import Rereading
from scrubber.audit.residue import Residue
from scrubber.capture import dissect, magic
from scrubber.capture.file import CaptureFile
from scrubber.engine import Engine, Learner
from scrubber.formats import detect
from tests.passes import KEY, rule_set

CAPTURES = Path(__file__).resolve().parent / "lab" / "captures.tar.xz"
SEEN = {
    "softphone2.pcap": {"dns", "rtcp", "sip", "syslog"},
    "voice-vlan.pcap": {"rtcp", "rtp", "sip"},
    "provisioning.pcap": {"dhcp", "dns", "http", "sip", "syslog", "tftp"},
}
"""Whose faults change an output."""


def name_of(protocol: Any) -> str:  # noqa: ANN401 - of datagrams or of streams
    claims = protocol.begins if hasattr(protocol, "begins") else protocol.claims
    return getattr(claims, "__module__", "").rpartition(".")[2]


def lazy(protocols: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Each protocol, and all of them with that one doing nothing."""
    for number, protocol in enumerate(protocols):
        field = "rewrite" if hasattr(protocol, "begins") else "dissect"
        idle = protocol._replace(**{field: lambda payload, *_: payload})
        yield name_of(protocol), (*protocols[:number], idle, *protocols[number + 1 :])


@pytest.mark.parametrize("name", SEEN)
def test_every_dissector_that_does_nothing_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with tarfile.open(CAPTURES) as archive:
        member = archive.extractfile(f"pcap/{name}")
        assert member is not None
        data = member.read()
    kind, plain = CaptureFile(magic.kind(data[:64]), rule_set()), detect.by_name("plain")
    learner = Learner(rule_set())
    kind.learn(iter((data,)), learner)
    engine = Engine(rule_set(), KEY, learner.lexicon)
    residue, rereading = Residue(engine), Rereading(engine)

    def rewritten() -> bytes:
        return b"".join(kind.rewrite(iter((data,)), engine.rewriter(plain)))

    def noticed(output: bytes) -> bool:
        return any(kind.residues(iter((output,)), residue.check)) or any(rereading.left(kind, iter((output,))))

    right = rewritten()
    assert not noticed(right)
    found: dict[str, bool] = {}
    for table in ("DATAGRAMS", "STREAMS"):
        for protocol, protocols in lazy(getattr(dissect, table)):
            with monkeypatch.context() as patch:
                patch.setattr(dissect, table, protocols)
                output = rewritten()
            if output != right:
                found[protocol] = found.get(protocol, True) and noticed(output)
    assert found == dict.fromkeys(SEEN[name], True)
