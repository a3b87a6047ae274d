"""The Asterisk Manager Interface: actions, responses and events, blocks of ``Key: value`` lines over TCP.

A block ends at its blank line and is read like the same lines in a log; where no table knows the key, as in the events
that a dial plan makes up, only protocol tokens stay.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.capture.document import label, labelled
from scrubber.capture.packet import Flow
from scrubber.capture.stream import DAMAGED, MORE, Stream
from scrubber.model import Entity
from scrubber.values import Values

PORTS: Final = frozenset((5038,))

_BANNER = re.compile(rb"Asterisk Call Manager/[0-9][0-9.]{0,15}\r?\n")
_BANNER_OPENING: Final = b"Asterisk Call Manager/"
_OPENING = re.compile(rb"(?i)(?:action|response|event|actionid):[ \t]?[A-Za-z0-9]")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_COMMAND = re.compile(rb"(?i)response:[ \t]?follows\r?\n")
_COMMAND_END = re.compile(rb"--END COMMAND--\r?\n(?:\r?\n)?")
RULE = "ami-value"
_LINE = re.compile(rb"(?m)^([A-Za-z0-9_.\x80-\xff-]{1,64})(?:\([^()\r\n]{0,128}\))?([ \t]*:[ \t]?)([^\r\n]*)")
_ASSIGNED = re.compile(rb"([A-Za-z_][A-Za-z0-9_]{0,63})=")
_VARIABLES: Final = frozenset((b"variable", b"value", b"chanvariable"))
"""``Variable: NAME`` before ``Value: …``, and ``Variable: NAME=…``."""
_KEYS: Final = frozenset(
    b"action response event message privilege channel channelstate channelstatedesc calleridnum calleridname "
    b"callerid connectedlinenum connectedlinename accountcode context exten extension extensions priority uniqueid "
    b"linkedid language cause cause-txt reason application appdata data duration durationms begin digit direction "
    b"bridgeid bridgeuniqueid bridgetype bridgetechnology bridgecreator bridgename bridgenumchannels "
    b"bridgevideosourcemode destchannel destchannelstate destchannelstatedesc destcalleridnum destcalleridname "
    b"destconnectedlinenum destconnectedlinename destaccountcode destcontext destexten destpriority destuniqueid "
    b"destlinkedid destlanguage dialstring dialstatus forward queue interface stateinterface membername membership "
    b"penalty callstaken lastcall lastpause incall status paused pausedreason ringinuse wrapuptime position count "
    b"originalposition holdtime talktime ringtime wait calls completed abandoned servicelevel servicelevelperf "
    b"servicelevelperf2 weight strategy max device state hint statustext peer peerstatus contactstatus uri aor "
    b"endpointname aors roundtripusec username secret key authtype eventmask events eventtv severity service "
    b"accountid sessionid localaddress remoteaddress challenge receivedchallenge receivedhash usingpassword "
    b"expectedaddress expectedresponse attemptedtransport requesttype requestparams mailbox waiting new old "
    b"newmessages oldmessages urgent ping timestamp async timeout variable value chanvariable output command cmd "
    b"family val file format mix mode options line list listitems eventlist items startuptime startupdate "
    b"reloadtime reloaddate currentcalls coresystem corerealtime coremaxcalls coremaxloadavg corerunuser "
    b"corerungroup coremaxfilehandles corerealtimeenabled corecdrenabled corehttpenabled soundsused amiversion "
    b"asteriskversion systemname objecttype objectname objectuserdata transport auths outboundauths devicestate "
    b"activechannels dtmf_mode dtmfmode ssrc from to pt receptionreports sentntp sentrtp sentpackets sentoctets "
    b"sourcessrc fractionlost cumulativelost highestsequence sequencenumbercycles iajitter lsr dlsr rtt mes "
    b"report0sourcessrc report0fractionlost report0cumulativelost report0highestsequence "
    b"report0sequencenumbercycles report0iajitter report0lsr report0dlsr originalchannel transfererchannel "
    b"transfereechannel isexternal result transfercontext transferexten secondtransfererchannel module loadtype "
    b"moduleselection modulecount modulestatus modulereferencecount domain registrytrigger port host address "
    b"dynamic forcerport comedia videosupport textsupport acl realtimedevice ipaddress ipport channeltype "
    b"chanobjecttype numberofusers conference usernum admin muted talking marked soft account source destination "
    b"destinationcontext lastapplication lastdata corestartuptime corereloaddate corereloadtime corecurrentcalls "
    b"coreprocessedcalls starttime answertime endtime eventtime logintime extra class uptime lastreload "
    b"corestartupdate billableseconds disposition amaflags userfield".split()
)
"""Keys of messages of Asterisk, in lower case."""
_OWN: Final = {b"actionid": Entity.IDENTIFIER, b"account": Entity.USER}
"""Keys that mean more here than in other texts: what an action is called, the account code of a call."""
_STATISTICS = re.compile(rb"(?:[ \t]{0,32}[a-z_]{2,24}=[0-9]{1,12}(?:\.[0-9]{1,9})?;?){1,40}")
"""How a call sounded, as numbers of RTP and RTCP."""
_STORED: Final = b"database "
"""Commands whose arguments are what a dial plan keeps."""
_TIMES: Final = frozenset(
    (b"DIALEDTIME", b"DIALEDTIME_MS", b"ANSWEREDTIME", b"ANSWEREDTIME_MS", b"RINGTIME", b"RINGTIME_MS")
)
_BREAKS = re.compile(rb"[\r\n]++")


def _opens(data: bytes, flow: Flow) -> bool:
    if data.startswith(_BANNER_OPENING) or _OPENING.match(data) is not None:
        return True
    return data[:2] == b"\r\n" and (flow.sport in PORTS or flow.dport in PORTS)


def _length(data: bytes) -> int:
    """A block up to its blank line; the output of a command up to the line that ends it."""
    breaks = _BREAKS.match(data)
    if breaks is not None:
        return breaks.end()
    if data.startswith(_BANNER_OPENING):
        banner = _BANNER.match(data)
        return banner.end() if banner is not None else MORE if b"\n" not in data else DAMAGED
    if _OPENING.match(data) is None:
        return DAMAGED
    end = (_COMMAND_END if _COMMAND.match(data) else _BLANK_LINE).search(data)
    return MORE if end is None else end.end()


def _rewrite(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """One block; the banner holds nothing but a version."""
    del flow
    if _BANNER.fullmatch(payload) or not payload.strip(b"\r\n"):
        return payload
    pieces: list[bytes] = []
    position = 0
    variable = b""
    for match in _LINE.finditer(payload):
        key, value, start = match[1].lower(), match[3], match.start(3)
        if key in _VARIABLES:
            assigned = _ASSIGNED.match(value)
            told = assigned[1] if assigned else b""
            start += assigned.end() if assigned else 0
            if key == b"value":
                # What the dial plan keeps in a variable is named by the line before.
                told, variable, start = variable, b"", match.start(3)
            elif not told:
                variable = value
            if not told or _is_measured(told, payload[start : match.end()]):
                continue
            new = labelled(_told(told, to), payload[start : match.end()], to)
        elif key in _OWN:
            new = to.value(_OWN[key], value, RULE)
        elif key == b"command" and value.lower().startswith(_STORED):
            start += len(_STORED)
            new = labelled(b"value", payload[start : match.end()], to)
        elif key in _KEYS or to.reader.scanner.labels(key) is not None or _COMMAND.match(payload):
            continue
        else:
            pieces += to.lines(payload[position : match.start()]), label(match[1], to), payload[match.end(1) : start]
            pieces.append(labelled(b"value", value, to))
            position = match.end()
            continue
        pieces += to.lines(payload[position : match.start()]), payload[match.start() : start], new
        position = match.end()
    pieces.append(to.lines(payload[position:]))
    return b"".join(pieces)


def _is_measured(name: bytes, value: bytes) -> bool:
    """Whether a variable of Asterisk holds what it measured: how a call sounded, how long it took."""
    if name.startswith(b"RTP"):
        return _STATISTICS.fullmatch(value) is not None
    return name in _TIMES and len(value) <= 8 and value.isdigit()


def _told(name: bytes, to: Values) -> bytes:
    """The name of a variable where it says what is in it; whoever writes a dial plan may use any word for anything."""
    rule = to.reader.scanner.labels(name)
    return name if rule is not None and rule.entity is not None else b"value"


STREAM = Stream("ami", _opens, _length, _rewrite)
