"""What happens on a busy PBX: calls, registrations, keep-alives, scanners, each as timed log entries.

An entry is ``(milliseconds after the start of the event, text without the time)``; a text may have several lines.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks import dialogs
from benchmarks.people import SERVER_IP, TRUNK_IP, User, fictional_number, uuid_of

Entry = tuple[int, bytes]
EPOCH = 1740938592
SCANNER_NAMES = (b"100", b"1000", b"admin", b"test", b"sipvicious", b"asterisk", b"pbx", b"9011972595123456")
PROMPTS = (b"vm-intro", b"pbx-invalid", b"all-circuits-busy-now", b"queue-thankyou", b"beep", b"ss-noservice")


class Call(NamedTuple):
    """The parties of one call and the names the PBX gives to it."""

    caller: User
    callee: User | None
    """``None``: the call leaves through the trunk."""
    dialled: bytes
    id: int
    thread: int
    channel: bytes
    other: bytes
    start: int
    """Seconds since the epoch."""
    talk: int
    """Milliseconds from answer to hang-up; 0 when nobody answered."""


def place(rng: random.Random, users: list[User], number: int, now: int) -> Call:
    """Who calls whom."""
    caller = rng.choice(users)
    callee = rng.choice(users) if rng.random() < 0.6 else None
    dialled = callee.extension if callee else fictional_number(rng)
    if not callee and rng.random() < 0.5:
        dialled = b"00" + dialled[1:]
    tech = b"PJSIP/%b-%08x"
    return Call(
        caller,
        callee,
        dialled,
        number,
        rng.randint(4100, 4999),
        tech % (caller.login, 2 * number),
        tech % (callee.login if callee else b"northline", 2 * number + 1),
        EPOCH + now // 1000,
        rng.randint(2000, 240_000) if rng.random() < 0.75 else 0,
    )


def call(rng: random.Random, users: list[User], number: int, now: int, *, traced: bool) -> list[Entry]:
    """All entries of one call."""
    facts = place(rng, users, number, now)
    entries = list(_dialplan(rng, facts)) + list(_media(rng, facts))
    if traced:
        entries += _caller_leg(rng, facts, now)
        entries += _callee_leg(rng, facts)
    return entries


def _line(facts: Call, level: bytes, file: bytes, text: bytes) -> bytes:
    return b"%b[%d][C-%08x] %b: %b" % (level, facts.thread, facts.id, file, text)


def _dialplan(rng: random.Random, facts: Call) -> Iterator[Entry]:
    caller, channel, other, dialled = facts.caller, facts.channel, facts.other, facts.dialled
    context = b"from-internal"
    target = b"PJSIP/%b" % facts.callee.login if facts.callee else b"PJSIP/%b@northline" % dialled
    steps: list[tuple[bytes, bytes]] = [
        (b"NoOp", b"%b <%b> calls %b" % (caller.name, caller.extension, dialled)),
        (b"Set", b"CALLERID(num)=%b" % (caller.extension if facts.callee else caller.number)),
        (b"Set", b"__REC_UID=%d.%d" % (facts.start, facts.id)),
    ]
    if rng.random() < 0.3:
        steps.append((b"GotoIf", b'$[ "%b" = "" ]?hangup' % dialled))
    if rng.random() < 0.3:
        name = b"out-%b-%b-20250302-%d.%d.wav" % (dialled, caller.extension, facts.start, facts.id)
        steps.append((b"MixMonitor", b"2025/03/02/%b,b" % name))
    steps.append((b"Dial", b"%b,%d,tTkK" % (target, rng.choice((20, 30, 45)))))
    for priority, (application, data) in enumerate(steps, 1):
        if application == b"Dial" and rng.random() < 0.2:
            yield priority, _line(facts, b"DEBUG", b"pbx.c", b"Launching 'Dial'")
        text = b'Executing [%b@%b:%d] %b("%b", "%b") in new stack'
        yield (
            priority,
            _line(facts, b"VERBOSE", b"pbx.c", text % (dialled, context, priority, application, channel, data)),
        )
    yield 40, _line(facts, b"VERBOSE", b"app_dial.c", b"Called " + target)
    yield 400, _line(facts, b"VERBOSE", b"app_dial.c", b"%b is ringing" % other)
    end = 3000 + facts.talk
    if facts.talk:
        yield 3000, _line(facts, b"VERBOSE", b"app_dial.c", b"%b answered %b" % (other, channel))
    elif rng.random() < 0.5:
        yield 2900, _line(facts, b"VERBOSE", b"app_dial.c", b"%b is busy" % other)
        text = b"<%b> Playing '%b.ulaw' (language 'en')" % (channel, rng.choice(PROMPTS))
        yield 2950, _line(facts, b"VERBOSE", b"file.c", text)
    else:
        yield 2990, _line(facts, b"VERBOSE", b"app_dial.c", b"Nobody picked up in 30000 ms")
    text = b"Spawn extension (%b, %b, %d) exited non-zero on '%b'" % (context, dialled, len(steps), channel)
    yield end + 4, _line(facts, b"VERBOSE", b"pbx.c", text)
    yield from _accounting(facts, end)


def _accounting(facts: Call, end: int) -> Iterator[Entry]:
    caller, bill = facts.caller, facts.talk // 1000
    disposition = b"ANSWERED" if bill else b"NO ANSWER"
    text = b"Finalized CDR for %b - start %d.%06d answer %d.0 end %d.0 dur %d.000 bill %d.000 dispo %b"
    answered, ended = facts.start + 3 if bill else 0, facts.start + 3 + bill
    values = (facts.channel, facts.start, facts.id % 10**6, answered, ended, bill + 3, bill, disposition)
    yield end + 6, b"DEBUG[4062] cdr.c: " + text % values
    record = (
        b'"","%b","%b","from-internal","""%b"" <%b>","%b","%b","Dial","PJSIP/%b,30,tTkK",'
        b'"2025-03-02 08:00:00","","2025-03-02 08:00:00",%d,%d,"%b","DOCUMENTATION","%d.%d"'
    )
    who = (caller.extension, facts.dialled, caller.name, caller.extension, facts.channel, facts.other, facts.dialled)
    yield end + 7, b"VERBOSE[4062] cdr_csv.c: " + record % (*who, bill + 3, bill, disposition, facts.start, facts.id)


def _media(rng: random.Random, facts: Call) -> Iterator[Entry]:
    if not facts.talk:
        return
    bridge = uuid_of(rng)
    for at, verb in ((3010, b"joined"), (3000 + facts.talk, b"left")):
        for channel in (facts.other, facts.channel)[: 2 if verb == b"joined" else 1]:
            text = b"Channel %b %b 'simple_bridge' basic-bridge <%b>" % (channel, verb, bridge)
            yield at, _line(facts, b"VERBOSE", b"bridge_channel.c", text)
    host = facts.caller.public.rpartition(b":")[0]
    remote = b"%b:%d" % (host, 10000 + 2 * rng.randrange(5000))
    instance = b"0x7f07c%07x" % rng.getrandbits(28)
    text = b"%b -- Strict RTP switching to RTP target address %b as source" % (instance, remote)
    yield 3020, _line(facts, b"VERBOSE", b"res_rtp_asterisk.c", text)
    if rng.random() < 0.015:
        sequence, stamp = rng.randrange(60000), rng.randrange(10**6)
        for index in range(40):
            counters = b"(type 08, seq %06d, ts %06d, len 000160)" % (sequence + index, stamp + 160 * index)
            text = b"Got  RTP packet from    %b %b" % (remote, counters)
            yield 3030 + 20 * index, _line(facts, b"VERBOSE", b"res_rtp_asterisk.c", text)
    if rng.random() < 0.06:
        for index in range(rng.randint(1, 6)):
            at, digit = 4000 + 400 * index, b"%d" % rng.randrange(10)
            yield at, _line(facts, b"DTMF", b"channel.c", b"DTMF begin '%b' received on %b" % (digit, facts.channel))
            text = b"DTMF end '%b' received on %b, duration 120 ms" % (digit, facts.channel)
            yield at + 120, _line(facts, b"DTMF", b"channel.c", text)


def _caller_leg(rng: random.Random, facts: Call, now: int) -> Iterator[Entry]:
    user, thread = facts.caller, facts.thread
    talk = dialogs.dialog(rng, dialogs.device(user), dialogs.server(user, as_trunk=facts.dialled), inbound=True)
    offer, answer = dialogs.offer(rng, talk.caller), dialogs.offer(rng, talk.callee)
    if rng.random() < 0.35:
        field, nonce = dialogs.challenge(rng, user.domain, EPOCH + now // 1000)
        yield -12, dialogs.request(talk, b"INVITE", thread, body=offer)
        yield -11, dialogs.response(talk, b"401 Unauthorized", b"INVITE", thread, extra=field)
        yield -5, dialogs.request(talk, b"ACK", thread, in_dialog=True)
        yield -4, _security(b"ChallengeSent", user, talk.call_id, b'Challenge=""')
        talk = dialogs.again(rng, talk)
        extra = dialogs.credentials(rng, user, nonce, talk.callee.uri)
        yield -2, dialogs.request(talk, b"INVITE", thread, extra=extra, body=offer)
        yield -1, _security(b"SuccessfulAuth", user, talk.call_id, b'UsingPassword="1"')
    else:
        yield -2, dialogs.request(talk, b"INVITE", thread, body=offer)
    yield 0, dialogs.response(talk, b"100 Trying", b"INVITE", thread, tagged=False)
    yield 410, dialogs.response(talk, b"180 Ringing", b"INVITE", thread)
    if not facts.talk:
        yield (
            2995,
            dialogs.response(talk, b"486 Busy Here", b"INVITE", thread, extra=b"X-Asterisk-HangupCauseCode: 17\r\n"),
        )
        yield 2999, dialogs.request(talk, b"ACK", thread, in_dialog=True)
        return
    yield 3005, dialogs.response(talk, b"200 OK", b"INVITE", thread, extra=dialogs.ALLOW, body=answer)
    yield 3040, dialogs.request(talk, b"ACK", thread, in_dialog=True)
    talk = dialogs.again(rng, talk)
    yield 2998 + facts.talk, dialogs.request(talk, b"BYE", thread, in_dialog=True)
    yield 2999 + facts.talk, dialogs.response(talk, b"200 OK", b"BYE", thread)


def _callee_leg(rng: random.Random, facts: Call) -> Iterator[Entry]:
    user, thread = facts.caller, facts.thread
    far = dialogs.device(facts.callee) if facts.callee else dialogs.carrier(facts.dialled)
    label = b'"%b" ' % user.name
    near = dialogs.server(user, as_trunk=b"" if facts.callee else user.number)._replace(label=label)
    talk = dialogs.dialog(rng, near, far, inbound=False)
    identity = b"P-Asserted-Identity: %b<%b>\r\n" % (label, near.uri)
    yield 30, dialogs.request(talk, b"INVITE", thread, extra=dialogs.ALLOW + identity, body=dialogs.offer(rng, near))
    yield 90, dialogs.response(talk, b"100 Trying", b"INVITE", thread, tagged=False)
    yield 395, dialogs.response(talk, b"180 Ringing", b"INVITE", thread)
    if not facts.talk:
        yield 2890, dialogs.response(talk, b"486 Busy Here", b"INVITE", thread)
        yield 2892, dialogs.request(talk, b"ACK", thread, in_dialog=True)
        return
    yield 2995, dialogs.response(talk, b"200 OK", b"INVITE", thread, body=dialogs.offer(rng, far))
    yield 2999, dialogs.request(talk, b"ACK", thread, in_dialog=True)
    talk = dialogs.again(rng, talk)
    yield 3001 + facts.talk, dialogs.request(talk, b"BYE", thread, in_dialog=True, extra=b"Reason: Q.850;cause=16\r\n")
    yield 3030 + facts.talk, dialogs.response(talk, b"200 OK", b"BYE", thread)


def _security(event: bytes, user: User, session: bytes, detail: bytes) -> bytes:
    host, _, port = user.public.rpartition(b":")
    return b"".join(
        (
            b'SECURITY[4071] res_security_log.c: SecurityEvent="%b",EventTV="2025-03-02T18:03:12.000+0000",' % event,
            b'Severity="Informational",Service="PJSIP",EventVersion="1",AccountID="%b",SessionID="%b",'
            % (user.login, session),
            b'LocalAddress="IPV4/%b/%b/5060",' % (user.transport, SERVER_IP),
            b'RemoteAddress="IPV%d/%b/%b/%b",' % (6 if b":" in host else 4, user.transport, host.strip(b"[]"), port),
            detail,
        )
    )


def registration(rng: random.Random, users: list[User], _number: int, now: int) -> list[Entry]:
    """A device registers: challenge, answer, and what the registrar says."""
    user = rng.choice(users)
    talk = dialogs.dialog(rng, dialogs.device(user), dialogs.server(user), inbound=True)
    field, nonce = dialogs.challenge(rng, user.domain, EPOCH + now // 1000)
    binding = (
        b'Expires: 300\r\nSupported: outbound, path, gruu\r\nContact: <sip:%b@%b;ob>;+sip.instance="<urn:uuid:%b>"\r\n'
    )
    extra = binding % (user.login, user.local, user.instance)
    answered = dialogs.again(rng, talk)
    proof = dialogs.credentials(rng, user, nonce, b"sip:" + user.domain)
    contact = b"sip:%b@%b;transport=%b;ob" % (user.login, user.public, user.transport)
    head = b"VERBOSE[4067] res_pjsip"
    entries = [
        (0, dialogs.request(talk, b"REGISTER", 4067, extra=extra)),
        (1, dialogs.response(talk, b"401 Unauthorized", b"REGISTER", 4068, extra=field)),
        (30, dialogs.request(answered, b"REGISTER", 4067, extra=extra + proof)),
        (31, _security(b"SuccessfulAuth", user, talk.call_id, b'UsingPassword="1"')),
        (33, dialogs.response(answered, b"200 OK", b"REGISTER", 4068, extra=extra[: extra.index(b"Contact")])),
    ]
    if rng.random() < 0.4:
        text = b"_registrar.c: Added contact '%b' to AOR '%b' with expiration of 300 seconds" % (contact, user.login)
        entries.append((32, head + text))
        entries.append((33, head + b"/pjsip_configuration.c: Endpoint %b is now Reachable" % user.login))
        text = b"/pjsip_options.c: Contact %b/%b is now Reachable.  RTT: %d.%03d msec"
        entries.append((34, head + text % (user.login, contact, rng.randrange(90), rng.randrange(1000))))
    return entries


def keepalive(rng: random.Random, users: list[User], _number: int, _now: int) -> list[Entry]:
    """The PBX asks a device whether it is there."""
    user = rng.choice(users)
    talk = dialogs.dialog(rng, dialogs.server(user), dialogs.device(user), inbound=False)
    return [
        (0, dialogs.request(talk, b"OPTIONS", 4068, extra=b"Supported: path\r\n")),
        (rng.randint(2, 80), dialogs.response(talk, b"200 OK", b"OPTIONS", 4067, extra=dialogs.ALLOW)),
    ]


def scan(rng: random.Random, _users: list[User], _number: int, _now: int) -> list[Entry]:
    """A stranger tries names."""
    source = b"100.%d.%d.%d:%d" % (
        64 + rng.randrange(8),
        rng.randrange(40),
        1 + rng.randrange(250),
        5060 + rng.randrange(40),
    )
    name = rng.choice(SCANNER_NAMES)
    call_id = b"%020x" % rng.getrandbits(80)
    head = b"NOTICE[4067] res_pjsip/pjsip_distributor.c: "
    text = b"Request '%b' from '\"%b\" <sip:%b@%b>' failed for '%b' (callid: %b) - %b"
    method = rng.choice((b"REGISTER", b"REGISTER", b"INVITE", b"OPTIONS"))
    reason = rng.choice((b"No matching endpoint found", b"Failed to authenticate"))
    stranger = User(name, b"", b"", b"", b"", source, source, b"UDP", b"", b"")
    return [
        (0, head + text % (method, name, name, SERVER_IP, source, call_id, reason)),
        (0, _security(b"InvalidAccountID", stranger, call_id, b'Severity="Error"')),
    ]


def housekeeping(rng: random.Random, users: list[User], _number: int, _now: int) -> list[Entry]:
    """What a PBX says when nothing happens."""
    user = rng.choice(users)
    texts: tuple[Callable[[], bytes], ...] = (
        lambda: b"DEBUG[4090] app_queue.c: Device 'PJSIP/%b' changed to state '1' (Not in use)" % user.login,
        lambda: b"DEBUG[4075] taskprocessor.c: Taskprocessor 'app_voicemail': Task pushed from app_voicemail.c:14131",
        lambda: (
            b"WARNING[4067] res_pjsip_pubsub.c: No registered subscribe handler for event presence from %b" % user.login
        ),
        lambda: (
            b"VERBOSE[4067] res_pjsip_registrar.c: Removed contact 'sip:%b@%b;ob' from AOR '%b' due to expiration"
            % (user.login, user.public, user.login)
        ),
        lambda: (
            b"NOTICE[4067] chan_iax2.c: Host %b failed MD5 authentication for '%b' (%032x != %032x)"
            % (TRUNK_IP, user.login, rng.getrandbits(128), rng.getrandbits(128))
        ),
        lambda: (
            b"DEBUG[4067] res_rtp_asterisk.c: (0x7f07c%07x) RTP allocated port %d"
            % (rng.getrandbits(28), 10000 + 2 * rng.randrange(5000))
        ),
    )
    return [(0, rng.choice(texts)())]
