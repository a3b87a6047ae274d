"""How a SIP proxy asks for media: the ``ng`` protocol of rtpengine, and the lines of rtpproxy.

``COOKIE d7:command5:offer3:sdp…e`` or the same in JSON, and ``COOKIE U CALL-ID ADDRESS PORT TAG;1``. Commands, results,
flags and ports stay, session descriptions are read as such, dialogs keep the pseudonyms that they have in SIP.
(sipwise/rtpengine: docs/ng_control_protocol.md; sippy/rtpproxy: rtpproxy_ug.)
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.capture.packet import Flow
from scrubber.documents.cell import Cells
from scrubber.documents.inner import inner
from scrubber.grammar import header
from scrubber.model import Entity
from scrubber.readings import trailing
from scrubber.readings.jsonline import is_json, scrub_json
from scrubber.values import Values

PORTS: Final = frozenset((2223, 7722, 22222, 22223))
RULE: Final = "media-control"
BLANKED: Final = "argument of a media proxy"

_COOKIE: Final = rb"([A-Za-z0-9_.:-]{1,64})([ ])"
_DICTIONARY = re.compile(_COOKIE + rb"(d[0-9]{1,3}:[A-Za-z].*e)(\s{0,4})", re.DOTALL)
_OBJECT = re.compile(_COOKIE + rb"(\{\s{0,8}\"[A-Za-z-]{1,40}\"\s{0,8}:.*\})(\s{0,4})", re.DOTALL)
_MODIFIERS: Final = rb"(?:[A-Za-z](?:[0-9]{1,3}(?:,[0-9]{1,3}){0,24})?){0,8}"
"""Letters, some with numbers of codecs; a modifier with an address or a name in it is none that stays."""
_COMMAND = re.compile(
    _COOKIE + rb"([UuLlDdRrCcPpSsNnQqIiVvXxGg][0-9]{0,5}" + _MODIFIERS + rb")((?: [!-~]{1,256}){0,12})(\s{0,4})"
)
_ANSWER = re.compile(_COOKIE + rb"([0-9]{1,10}|E[0-9]{1,3})((?: [!-~]{1,64}){0,4})(\s{0,4})")
_COUNTED = re.compile(rb"[0-9_]+")
"""A number of a process and of a request; any other cookie is as good as random."""
_ADDRESS = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}\]?")
_LEG = re.compile(rb"@[0-9.]+(-[0-9]{1,3})\Z")
"""What some put behind a Call-ID to tell the directions of a call."""
_PORT = re.compile(rb"[0-9]{1,5}")
_TAG = re.compile(rb"([^;]+)((?:;[0-9]{1,3})?)")
_IN_PLACE = re.compile(rb"[./]")
"""What paths and names of files hold."""
_KEPT_KEYS: Final = frozenset(b"command result flags replace transport-protocol sdes dtls rtcp-mux ice codec".split())
_FILE_KEYS: Final = frozenset((b"file", b"recording-file", b"recording-path", b"recording-dir"))
_KIND = re.compile(rb"\.[A-Za-z0-9]{1,5}\Z")
_DIGIT_KEY: Final = b"code"
"""Which tone is to be played, as a text or a number."""
_DIALLED = re.compile(rb"(4:codei)([0-9]{1,2})e")
_WORDS = re.compile(rb"[A-Za-z][A-Za-z0-9 /_-]{0,39}")


def claims(payload: bytes, flow: Flow) -> bool:
    """Whether a cookie stands before a dictionary, or on a usual port before a command or an answer."""
    if _DICTIONARY.fullmatch(payload) is not None or _OBJECT.fullmatch(payload) is not None:
        return True
    usual = not PORTS.isdisjoint((flow.sport, flow.dport))
    return usual and (_COMMAND.fullmatch(payload) is not None or _ANSWER.fullmatch(payload) is not None)


def dissect(payload: bytes, flow: Flow, to: Values) -> bytes | None:
    """A request or an answer; ``None`` where a dictionary is damaged."""
    del flow
    found = _DICTIONARY.fullmatch(payload)
    if found is not None:
        dictionary = _DIALLED.sub(lambda code: code[1] + _digits(code[2], to) + b"e", found[3])
        new = trailing.dictionary(dictionary, _member(to))
        return None if new is None else _named(found[1], to) + found[2] + new + found[4]
    found = _OBJECT.fullmatch(payload)
    if found is not None:
        new = scrub_json(found[3], _member(to)) if is_json(found[3]) else None
        return None if new is None else _named(found[1], to) + found[2] + new + found[4]
    found = _ANSWER.fullmatch(payload)
    if found is not None:
        return _named(found[1], to) + b" " + found[3] + _arguments(found[4], to) + found[5]
    found = _COMMAND.fullmatch(payload)
    if found is None:
        return None
    call, mark, rest = found[4][1:].partition(b" ")
    head = _named(found[1], to) + b" " + found[3]
    if not found[4]:
        return head + found[5]
    leg = _LEG.search(call)
    end = len(call) if leg is None else leg.start(1)
    called = to.reader.parts(call, header.parts("call-id", call, 0, end), RULE)
    return head + b" " + called + _arguments(mark + rest, to) + found[5]


def _named(cookie: bytes, to: Values) -> bytes:
    return cookie if _COUNTED.fullmatch(cookie) else to.value(Entity.IDENTIFIER, cookie, RULE)


def _digits(value: bytes, to: Values) -> bytes:
    return to.value(Entity.DTMF, value, RULE)


def _arguments(text: bytes, to: Values) -> bytes:
    """Words behind a command, each behind a blank."""
    return b" ".join([_argument(word, to) for word in text.split(b" ")])


def _argument(word: bytes, to: Values) -> bytes:
    if not word or _PORT.fullmatch(word) or word.lower() in to.reader.rules.stop_words:
        return word
    if _ADDRESS.fullmatch(word):
        bare = word.strip(b"[]")
        return word.replace(bare, to.value(Entity.HOST, bare, RULE))
    tag = _TAG.fullmatch(word)
    if tag is None or _IN_PLACE.search(word):
        return to.blank(word, BLANKED, b"x")
    return to.value(Entity.TAG, tag[1], RULE) + tag[2]


def _file(name: bytes, to: Values) -> bytes:
    """A step of a path; what kind of file it is stays."""
    stem, dot, kind = name.rpartition(b".") if _KIND.search(name) else (name, b"", b"")
    return (to.value(Entity.NAME, stem, RULE) if stem else stem) + dot + kind


def _member(to: Values) -> trailing.Value:
    """What stands under a key: a session description, a word of the protocol, or a value by the name of its key."""
    cells = Cells(to, inner)

    def member(key: bytes, value: bytes) -> bytes:
        if value.startswith(b"v=0"):
            return to.body(b"application/sdp", value)
        if key == _DIGIT_KEY:
            return _digits(value, to)
        if key.lower() in _FILE_KEYS:
            return b"/".join([_file(step, to) for step in value.split(b"/")])
        if key.lower() in _KEPT_KEYS and _WORDS.fullmatch(value):
            return value
        return cells.read(key, value)

    return member
