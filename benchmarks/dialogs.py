"""SIP messages as a PBX dumps them: CRLF inside, lengths right, one banner line above."""

from __future__ import annotations

import random
import zlib
from typing import NamedTuple

from benchmarks.people import SERVER_IP, TRUNK_IP, User, uuid_of

ALLOW = b"Allow: OPTIONS, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, SUBSCRIBE, NOTIFY, REFER, MESSAGE\r\n"
SERVER_AGENT = b"Asterisk PBX 20.11.1"
SDP = (
    b"v=0\r\no=- %(session)d %(session)d IN IP%(family)b %(host)b\r\ns=%(tool)b\r\n"
    b"c=IN IP%(family)b %(host)b\r\nt=0 0\r\n"
    b"m=audio %(port)d RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=maxptime:150\r\na=sendrecv\r\n"
)
SECURE = (
    b"a=ice-ufrag:%(ufrag)b\r\na=ice-pwd:%(password)b\r\n"
    b"a=candidate:H%(foundation)b 1 UDP 2130706431 %(host)b %(port)d typ host\r\n"
    b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%(key)b\r\na=rtcp-mux\r\n"
)


class Peer(NamedTuple):
    """One end of a dialog, seen from the PBX."""

    uri: bytes
    """Without brackets: ``sip:1001@t01.voice.example``."""
    label: bytes
    """Display name in quotes with a trailing blank, or nothing."""
    local: bytes
    public: bytes
    transport: bytes
    agent: bytes


class Dialog(NamedTuple):
    """What stays the same in the messages between a caller and a callee."""

    caller: Peer
    callee: Peer
    inbound: bool
    """The caller is the device; else the PBX calls out."""
    call_id: bytes
    from_tag: bytes
    to_tag: bytes
    branch: bytes
    sequence: int


def device(user: User) -> Peer:
    """The device of a user."""
    uri = b"sip:%b@%b" % (user.login, user.domain)
    return Peer(uri, b'"%b" ' % user.name, user.local, user.public, user.transport, user.agent)


def server(user: User, *, as_trunk: bytes = b"") -> Peer:
    """The PBX (or a number behind it) as the other end."""
    uri = b"sip:%b@%b" % (as_trunk or user.login, user.domain)
    return Peer(uri, b"", SERVER_IP + b":5060", SERVER_IP + b":5060", user.transport, SERVER_AGENT)


def carrier(number: bytes) -> Peer:
    """A number at the carrier."""
    address = TRUNK_IP + b":5060"
    return Peer(b"sip:%b@sip.carrier.example" % number, b"", address, address, b"UDP", b"Carrier SBC 9.4")


def dialog(rng: random.Random, caller: Peer, callee: Peer, *, inbound: bool) -> Dialog:
    """A new dialog with identifiers of its own."""
    return Dialog(
        caller,
        callee,
        inbound,
        call_id=uuid_of(rng),
        from_tag=uuid_of(rng),
        to_tag=uuid_of(rng),
        branch=b"z9hG4bKPj" + uuid_of(rng),
        sequence=rng.randint(1, 32000),
    )


def again(rng: random.Random, talk: Dialog) -> Dialog:
    """The next transaction of the same dialog."""
    return talk._replace(branch=b"z9hG4bKPj" + uuid_of(rng), sequence=talk.sequence + 1)


def _entry(message: bytes, *, received: bool, kind: bytes, peer: Peer, thread: int) -> bytes:
    banner = (
        b"<--- Received SIP %b (%d bytes) from %b:%b --->"
        if received
        else b"<--- Transmitting SIP %b (%d bytes) to %b:%b --->"
    )
    head = b"VERBOSE[%d] res_pjsip_logger.c: " % thread
    return head + banner % (kind, len(message), peer.transport, peer.public) + b"\n" + message + b"\n"


def _tail(extra: bytes, body: bytes, kind: bytes) -> bytes:
    if not body:
        return extra + b"Content-Length:  0\r\n\r\n"
    return b"%bContent-Type: %b\r\nContent-Length: %5d\r\n\r\n%b" % (extra, kind, len(body), body)


def request(  # noqa: PLR0913 - a message has many parts
    talk: Dialog,
    method: bytes,
    thread: int,
    *,
    extra: bytes = b"",
    body: bytes = b"",
    kind: bytes = b"application/sdp",
    in_dialog: bool = False,
) -> bytes:
    """A log entry (without time) that shows a request."""
    client, target = talk.caller, talk.callee
    message = b"".join(
        (
            b"%b %b SIP/2.0\r\n" % (method, target.uri),
            b"Via: SIP/2.0/%b %b;rport;branch=%b\r\n" % (client.transport, client.local, talk.branch),
            b"Max-Forwards: 70\r\n",
            b"From: %b<%b>;tag=%b\r\n" % (client.label, client.uri, talk.from_tag),
            b"To: <%b>%b\r\n" % (target.uri, b";tag=" + talk.to_tag if in_dialog else b""),
            b"Contact: %b<sip:%b@%b;ob>\r\n" % (client.label, client.uri[4:].partition(b"@")[0], client.local),
            b"Call-ID: %b\r\nCSeq: %d %b\r\n" % (talk.call_id, talk.sequence, method),
            b"User-Agent: %b\r\n" % client.agent,
            _tail(extra, body, kind),
        )
    )
    peer = client if talk.inbound else target
    return _entry(message, received=talk.inbound, kind=b"request", peer=peer, thread=thread)


def response(  # noqa: PLR0913 - a message has many parts
    talk: Dialog,
    status: bytes,
    method: bytes,
    thread: int,
    *,
    extra: bytes = b"",
    body: bytes = b"",
    tagged: bool = True,
) -> bytes:
    """A log entry (without time) that shows a response."""
    client, target = talk.caller, talk.callee
    host, _, port = client.public.rpartition(b":")
    message = b"".join(
        (
            b"SIP/2.0 %b\r\n" % status,
            b"Via: SIP/2.0/%b %b;rport=%b;received=%b;branch=%b\r\n"
            % (client.transport, client.local, port, host.strip(b"[]"), talk.branch),
            b"Call-ID: %b\r\n" % talk.call_id,
            b"From: %b<%b>;tag=%b\r\n" % (client.label, client.uri, talk.from_tag),
            b"To: <%b>%b\r\n" % (target.uri, b";tag=" + talk.to_tag if tagged else b""),
            b"CSeq: %d %b\r\n" % (talk.sequence, method),
            b"Server: %b\r\n" % target.agent,
            _tail(extra, body, b"application/sdp"),
        )
    )
    peer = client if talk.inbound else target
    return _entry(message, received=not talk.inbound, kind=b"response", peer=peer, thread=thread)


def offer(rng: random.Random, peer: Peer) -> bytes:
    """The session description of one end; secure transports bring ICE and SRTP keys."""
    host = peer.local.rpartition(b":")[0].strip(b"[]")
    values = {
        b"session": rng.getrandbits(31),
        b"family": b"6" if b":" in host else b"4",
        b"host": host,
        b"tool": b"Asterisk" if peer.agent is SERVER_AGENT else b"pjmedia",
        b"port": 10000 + 2 * rng.randrange(5000),
    }
    if peer.transport == b"UDP":
        return SDP % values
    values |= {
        b"ufrag": b"%08x" % rng.getrandbits(32),
        b"password": b"%024x" % rng.getrandbits(96),
        b"foundation": b"%08x" % (zlib.crc32(host)),
        b"key": b"%040x" % rng.getrandbits(160),
    }
    return (SDP + SECURE) % values


def challenge(rng: random.Random, realm: bytes, now: int) -> tuple[bytes, bytes]:
    """The header field of a 401 and its nonce."""
    nonce = b"%d/%032x" % (now, rng.getrandbits(128))
    return (
        b'WWW-Authenticate: Digest realm="%b",nonce="%b",opaque="%016x",algorithm=MD5,qop="auth"\r\n'
        % (realm, nonce, rng.getrandbits(64)),
        nonce,
    )


def credentials(rng: random.Random, user: User, nonce: bytes, uri: bytes) -> bytes:
    """The header field that answers a challenge."""
    return (
        b'Authorization: Digest username="%b", realm="%b", nonce="%b", uri="%b", response="%032x", algorithm=MD5, '
        b'cnonce="%032x", qop=auth, nc=00000001\r\n'
        % (user.login, user.domain, nonce, uri, rng.getrandbits(128), rng.getrandbits(128))
    )
