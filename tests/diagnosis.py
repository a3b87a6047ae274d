"""Whether a capture is diagnosed the same before and after, as tshark sees it.

Per frame the fields of :data:`EQUAL` have to be equal, and those of :data:`RENAMED` the same but for a renaming, one to
one over the whole file. The dissectors of tshark were written by others, so no mistake is shared with the package.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path

EQUAL = (
    *"frame.time_epoch frame.protocols eth.type vlan.id arp.opcode".split(),
    *"ip.dsfield ip.ttl ip.flags ip.frag_offset ip.checksum.status ipv6.hlim icmp.type icmp.code icmpv6.type".split(),
    *"udp.srcport udp.dstport udp.checksum.status tcp.srcport tcp.dstport tcp.checksum.status tcp.flags".split(),
    *"tcp.window_size_value tcp.analysis.retransmission tcp.analysis.fast_retransmission".split(),
    *"tcp.analysis.out_of_order tcp.analysis.lost_segment tcp.analysis.duplicate_ack".split(),
    *"tcp.analysis.ack_lost_segment sip.Method sip.Status-Code sip.CSeq.method sip.CSeq.seq sip.Expires".split(),
    *"sip.Max-Forwards sdp.media.media sdp.media.proto sdp.media.format sdp.mime.type".split(),
    *"rtp.version rtp.p_type rtp.seq rtp.timestamp rtp.marker rtp.ssrc rtpevent.duration rtpevent.end_of_event".split(),
    *"rtcp.pt rtcp.ssrc.jitter rtcp.ssrc.cum_nr stun.type stun.att.type dns.qry.type dns.flags.rcode".split(),
    *"dns.count.answers dhcp.option.dhcp dhcp.option.type tls.handshake.type tls.record.version".split(),
    *"http.request.method http.response.code websocket.opcode syslog.level tftp.opcode".split(),
)
RENAMED = (
    *"ip.src ip.dst ipv6.src ipv6.dst eth.src eth.dst".split(),
    *"sip.Call-ID sip.from.tag sip.to.tag sip.Via.branch sip.from.user sip.to.user sip.r-uri.user".split(),
    *"sip.from.host sip.to.host sip.r-uri.host sip.contact.user sip.contact.host sip.Via.sent-by.address".split(),
    *"sdp.connection_info.address sip.auth.username sip.auth.nonce".split(),
)
_CHECKED = tuple(f"{layer}.check_checksum:TRUE" for layer in ("ip", "udp", "tcp"))
_FIELD, _VALUE = "\x1e", "\x1f"

available = shutil.which("tshark") is not None


@cache
def known_fields() -> frozenset[str]:
    """The names of the fields of the installed tshark; they differ between versions."""
    done = subprocess.run(["tshark", "-G", "fields"], capture_output=True, check=True, encoding="utf-8")
    return frozenset(line.split("\t")[2] for line in done.stdout.splitlines() if line.startswith("F\t"))


def fields(path: Path, names: tuple[str, ...]) -> list[list[str]]:
    """The values of fields, a row for each frame."""
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=a"]
    command += ["-E", f"aggregator={_VALUE}", "-E", f"separator={_FIELD}"]
    command += [part for option in _CHECKED for part in ("-o", option)]
    command += [part for name in names for part in ("-e", name)]
    # A capture that was cut is read as far as it goes, with an exit code that says so.
    done = subprocess.run(command, capture_output=True, check=False)
    return [row.split(_FIELD) for row in done.stdout.decode("utf-8", "replace").split("\n") if row]


def decoded(path: Path) -> bytes:
    """Everything that tshark decodes, as one document."""
    done = subprocess.run(["tshark", "-n", "-r", str(path), "-T", "pdml"], capture_output=True, check=False)
    return done.stdout


def differences(before: Path, after: Path) -> tuple[int, list[str]]:
    """How many frames there were, and a line for each that is not diagnosed alike."""
    equal = tuple(name for name in EQUAL if name in known_fields())
    renamed = tuple(name for name in RENAMED if name in known_fields())
    rows = list(zip_longest(fields(before, equal + renamed), fields(after, equal + renamed)))
    renaming = _Renaming()
    found = []
    for number, (old, new) in enumerate(rows, 1):
        if old is None or new is None:
            found.append(f"{number}: frame missing or added")
            continue
        wrong = [f"{name} {was!r} -> {now!r}" for name, was, now in zip(equal, old, new, strict=False) if was != now]
        count = len(equal)
        wrong += [
            problem
            for name, was, now in zip(renamed, old[count:], new[count:], strict=False)
            for problem in renaming.problems(name, was, now)
        ]
        if wrong:
            found.append(f"{number}: {'; '.join(wrong)[:300]}")
    return len(rows), found


class _Renaming:
    """One to one between old and new values of the same kind."""

    def __init__(self) -> None:
        self._there: dict[tuple[str, str], str] = {}
        self._back: dict[tuple[str, str], str] = {}

    def problems(self, name: str, old: str, new: str) -> Iterator[str]:
        kind = name.rpartition(".")[2] if name.startswith(("sip", "sdp")) else name.partition(".")[0]
        were, are = old.split(_VALUE), new.split(_VALUE)
        if len(were) != len(are):
            yield f"{name}: {len(were)} values -> {len(are)}"
            return
        for was, now in zip(were, are, strict=True):
            if self._there.setdefault((kind, was), now) != now:
                yield f"{name}: one original, two pseudonyms"
            if self._back.setdefault((kind, now), was) != was:
                yield f"{name}: two originals, one pseudonym"
