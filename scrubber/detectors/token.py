"""Opaque tokens: keys, cookies, push tokens, UUIDs, branches, and any long run of characters that no person would type.

RFC 7519 (JWT), RFC 7468 (PEM), RFC 4568 (SDES keys), RFC 6265 (cookies), RFC 3261 section 8.1.1.7 (branch), RFC 8599
(push). A run is opaque by its mixture of letters and digits; names of modules, classes and files are not.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from scrubber.detectors.shapes import ALNUM, COLON, SLASH, ZEROED, blanked, ordered
from scrubber.model import Entity, Finding

RULE = "token"

_B64 = rb"[A-Za-z0-9+/_-]"
_PREFIXED = re.compile(
    rb"(?<![A-Za-z0-9_])((?:AKIA|ASIA)[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{30,40}|xox[abeoprs]-[0-9A-Za-z-]{10,256}"
    rb"|(?:gh[oprsu]_|github_pat_|glpat-|npm_|hf_)[0-9A-Za-z_-]{16,255}|[a-z]{2,8}_(?:live|test)_[0-9A-Za-z]{12,255}"
    rb"|sk-[A-Za-z0-9_-]{20,255}|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|ya29\.[A-Za-z0-9_.-]{16,2048}"
    rb"|1//[A-Za-z0-9_-]{20,512}|key-[0-9a-f]{32}|SK[0-9a-f]{32}|AAAA[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{100,200})"
    rb"(?![A-Za-z0-9])"
)
"""Keys of cloud, mail, chat and payment services, which their makers gave a prefix."""
_SESSION = re.compile(
    rb"(?i)(?<![a-z0-9])(?:[a-z]{0,16}sessid|[a-z]{0,16}_?session_?id|connect\.sid|session|sid)="
    rb"[\"']?([A-Za-z0-9%._~+/:-]{6,512}+={0,2})"
)
_KEYED: tuple[tuple[bytes, Entity, re.Pattern[bytes]], ...] = (
    (b"z9hG4bK", Entity.BRANCH, re.compile(rb"(z9hG4bK[A-Za-z0-9._+~%=*!-]{1,256}+)")),
    (
        b"-----BEGIN",
        Entity.SECRET,
        re.compile(rb"-----BEGIN [A-Z0-9 ]{1,40}-----(?:\\[nr]|\s){0,8}+((?:(?!-----END)[^\"'<>]){1,65536}+)"),
    ),
    (b"inline:", Entity.SECRET, re.compile(rb"inline:(" + _B64 + rb"{4,128}+={0,2})")),
    (b"=?", Entity.NAME, re.compile(rb"(=\?[A-Za-z0-9_-]{2,24}(?:\*[A-Za-z-]{1,8})?\?[BbQq]\?[^\s?]{1,512}\?=)")),
)
"""What a literal announces in any line, and the group that is the value."""
_KEYED_LONG: tuple[tuple[bytes, Entity, re.Pattern[bytes]], ...] = (
    (b"z9hg4bk", Entity.BRANCH, re.compile(rb"(z9hg4bk[A-Za-z0-9._+~%=*!-]{1,256}+)")),
    (b"key=", Entity.SECRET, re.compile(rb"(?<![A-Za-z0-9_])key=(" + _B64 + rb"{38,88}+={0,2})")),
    (b"APA91", Entity.DEVICE, re.compile(rb"((?:[A-Za-z0-9_-]{8,64}+:)?APA91[A-Za-z0-9_-]{8,512}+)")),
    (b"ushToken[", Entity.DEVICE, re.compile(rb"PushToken\[([A-Za-z0-9_-]{8,64})\]")),
    (b"SESSID", Entity.SECRET, _SESSION),
    (b"session", Entity.SECRET, _SESSION),
    (b"sid=", Entity.SECRET, _SESSION),
)
"""The same for lines that hold a long run of token characters."""
_COOKIE = re.compile(rb"(?i)(?<![a-z])(set-)?cookie2?[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?(?=[^\s=;,]{1,128}=)")
_COOKIE_PAIR = re.compile(rb"[ \t]{0,4}([^\s=;,\"']{1,128})=\"?([^;,\"\s]{0,4096}+)\"?[;,]?")
_COOKIE_FLAG = re.compile(rb"(?i)[ \t]{0,4}(?:secure|httponly|partitioned)[ \t]{0,4};?")
_COOKIE_LOG = re.compile(rb"Cookie, Name: '[^']{1,128}' {1,4}Value: '([^']{1,4096})'")
_COOKIE_ATTRIBUTES = frozenset(b"path expires max-age domain samesite version priority lang language".split())

_UUID = re.compile(
    rb"[0-9A-Fa-f]{8}(?<![0-9A-Fa-f-][0-9A-Fa-f]{8})-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Fa-f])"
)
_JWT = re.compile(
    rb"(?<![A-Za-z0-9_-])(eyJ[A-Za-z0-9_-]{8,4096}+)\.[A-Za-z0-9_-]{2,16384}+(?:\.[A-Za-z0-9_-]{0,4096}+){0,3}"
)
_SELECTOR = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{40}:[0-9A-Fa-f]{8}(?![0-9A-Za-z])")
_GROUPED = re.compile(rb"<?(?<![0-9A-Fa-f])((?:[0-9a-f]{8} ){7}[0-9a-f]{8})(?![0-9A-Fa-f])")
_RUN = re.compile(rb"(?<![A-Za-z0-9_+/.-])[A-Za-z0-9_.-]{20,65536}+(?![+/=])|[A-Za-z0-9+/]{24,65536}+={0,2}")
SHORTEST = 20
SHORTEST_BASE64 = 24
_KINDS = bytes(0x30 if 0x30 <= byte < 0x3A else 0x41 if 0x41 <= byte < 0x5B else 0x61 for byte in range(256))
_DIFFERENT = (b"0A", b"A0", b"0a", b"a0", b"Aa", b"aA")
_HEX = re.compile(rb"[0-9a-f]{32,}|[0-9A-F]{32,}")
_POINTER = re.compile(
    rb"[A-Za-z_-]{0,24}0[xX][0-9A-Fa-f]{1,16}"
    rb"|(?:tdta|rdata|tsx|dlg|inv|ua[cs]?|udp|tcp[lsc]?|tls[lsc]?|strm|srtp|ice[a-z]{0,4}|stun[a-z]{0,4}|turn[a-z]{0,3}"
    rb"|regc|evsub|pubc|glck|rtp|snd)0000[0-9A-F]{12}"
)
"""The address of an object; PJSIP puts its kind before it, and Windows writes all of its sixteen digits."""
_EDGE = re.compile(rb"(?=([A-Za-z][0-9]|[0-9][A-Za-z]))")
_TIMESTAMP = re.compile(rb"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[T_.-][0-9].*")
_CODE_WORD = re.compile(
    rb"(?i)(?:\bgit|commit|build|revision|rev|checksum|sha1sum|sha256sum|md5sum|sha256:|version|master|buildid|build-id)"
    rb"(?:[^A-Za-z0-9]{0,4}|/[0-9a-f]{2}/)\Z"
)
"""Words before a digest of code, which stays; a folder of two digits may stand between."""
_CODE_PREFIX = re.compile(rb"(?i)(?:git|commit|build|master|rev)[-_.]")
_CONTEXTS: tuple[tuple[Entity, re.Pattern[bytes]], ...] = (
    (
        Entity.DEVICE,
        re.compile(
            rb"(?i)(?:urn:uuid:|(?:instance|device|push|apns|fcm|selector|pn-(?:prid|tok))"
            rb"(?:[ _-]?(?:id|token|key))?[a-z]{0,8}\W{1,8})\Z"
        ),
    ),
    (
        Entity.SECRET,
        re.compile(
            rb"(?i)(?:authorization|authenticate|bearer|basic|secret|passw(?:or)?d|pwd|token|api[-_]?key|credential)[a-z]{0,3}\W{1,4}\Z"
        ),
    ),
    (Entity.CALL_ID, re.compile(rb"(?i)call-?id\W{1,4}\Z")),
    (Entity.TAG, re.compile(rb"(?i)(?<![a-z])tag\W{1,3}\Z")),
    (Entity.NONCE, re.compile(rb"(?i)(?:nonce|opaque)\W{1,3}\Z")),
    (Entity.HASH, re.compile(rb"(?i)(?:response|ha1|md5[-_ ]?(?:result|cred|secret|digest)?|hash)\W{1,4}\Z")),
)
_RUNS = bytes(0x78 if byte in ALNUM + b"_-" else 0x20 for byte in range(256))
_BASE64_RUNS = bytes(0x78 if byte in ALNUM + b"+/" else 0x20 for byte in range(256))
_LONG_RUN = b"x" * 20
_LONG_BASE64 = b"x" * 24
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


_URL_PATH = re.compile(rb"(?i)(?:https?|wss?|ftps?)://[^\s\"'<>/?#]{1,255}((?:/[^\s\"'<>/?#;,()\[\]]{0,255}){1,24})")
_PATH_KEY = re.compile(
    rb"(?=[a-z0-9_-]{0,63}[A-Z])(?=[A-Z0-9_-]{0,63}[a-z])(?![A-Z]{2,4}[0-9]{2,4})[A-Za-z0-9_-]{7,64}"
)
_PATH_EDGES = 3
"""From letters to digits and back in a key that is a folder of a URL: ``/lookup/k3Y9dQ2m/caller``."""
_PATH_CHANGES = 4
"""The same and from small letters to capitals, in one of any length and in a part of a file's name."""
_RISE = re.compile(rb"[a-z](?=[A-Z])")
_NAME_PART = re.compile(rb"[A-Za-z0-9-]+")


def find(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Finding]:
    """Tokens in ``data[start:end]``, in order. What a token is follows from its prefix or from the word before it.

    Of a PEM block that ends on another line the rest of this line is found; words in RFC 2047 encoding are a NAME.
    """
    stop = len(data) if end is None else end
    found: list[Finding] = []
    find_word = data.find
    for word, entity, pattern in _KEYED:
        if find_word(word) >= 0:
            found += _keyed(pattern, entity, data, start, stop)
    has_cookie = find_word(b"ookie") >= 0
    if has_cookie:
        found += _cookies(data, start, stop)
    if find_word(b"://") >= 0:
        found += _path_keys(data, start, stop)
    shape = data.translate(_RUNS)
    is_long = has_cookie or shape.find(_LONG_RUN) >= 0 or data.translate(_BASE64_RUNS).find(_LONG_BASE64) >= 0
    if is_long and data.translate(ZEROED).find(b"0") >= 0:
        found += _long(data, start, stop, found)
    if shape.find(b"xxxxxxxx xxxxxxxx xxxxxxxx") >= 0:
        for match in _GROUPED.finditer(data, start, stop):
            found.append(Finding(match.start(1), match.end(1), Entity.DEVICE, "token.push"))
    if found:
        yield from ordered(found)


def _path_keys(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Keys that stand as folders in the path of a URL; longer ones are found by their looks anywhere."""
    for match in _URL_PATH.finditer(data, start, stop):
        first = match.start(1)
        for name in match[1].split(b"/"):
            if _PATH_KEY.fullmatch(name) is not None and _is_key(name):
                yield Finding(first, first + len(name), Entity.SECRET, "token.path")
            elif b"_" in name or b"." in name:
                for part in _NAME_PART.finditer(name):
                    if _PATH_KEY.fullmatch(part[0]) is not None and _is_key(part[0]):
                        yield Finding(first + part.start(), first + part.end(), Entity.SECRET, "token.path")
            first += len(name) + 1


def _is_key(name: bytes) -> bool:
    """Whether a name changes too often between letters and digits, and small letters and capitals, to be a word."""
    edges = len(_EDGE.findall(name))
    if len(name) < SHORTEST and edges >= _PATH_EDGES:
        return True
    return edges > 0 and edges + len(_RISE.findall(name)) >= _PATH_CHANGES


def _long(data: bytes, start: int, stop: int, known: list[Finding]) -> list[Finding]:
    """The tokens of twenty bytes and more; what is found already hides what lies in it."""
    found: list[Finding] = []
    for word, entity, pattern in _KEYED_LONG:
        if data.find(word) >= 0:
            found += _keyed(pattern, entity, data, start, stop)
    found += _keyed(_PREFIXED, Entity.SECRET, data, start, stop)
    rest = blanked(data, ((item.start, item.end) for item in known + found))
    marked = list(_marked(rest, start, stop))
    rest = blanked(rest, ((item.start, item.end) for item in marked))
    return [*found, *marked, *_runs(rest, start, stop)]


def _keyed(pattern: re.Pattern[bytes], entity: Entity, data: bytes, start: int, stop: int) -> Iterator[Finding]:
    for match in pattern.finditer(data, start, stop):
        first = match.start(1)
        last = first + len(match[1].rstrip(b". \t").removesuffix(b"\\n").removesuffix(b"\\r"))
        is_tag = entity is Entity.BRANCH and data[max(0, first - 4) : first].lower() == b"tag="
        if last > first:
            yield Finding(first, last, Entity.TAG if is_tag else entity, RULE)


def _cookies(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Values of ``Cookie:`` and ``Set-Cookie:``; of the attributes only the domain is sensitive."""
    for match in _COOKIE_LOG.finditer(data, start, stop):
        yield Finding(match.start(1), match.end(1), Entity.SECRET, "token.cookie")
    position = start
    while (header := _COOKIE.search(data, position, stop)) is not None:
        position = header.end()
        while (pair := _COOKIE_PAIR.match(data, position, stop)) is not None and pair.end() > position:
            position = pair.end()
            name = pair[1].lower()
            if pair[2] and (name not in _COOKIE_ATTRIBUTES or name == b"domain"):
                entity = Entity.HOST if name == b"domain" else Entity.SECRET
                yield Finding(pair.start(2), pair.end(2), entity, "token.cookie")
            flag = _COOKIE_FLAG.match(data, position, stop)
            position = position if flag is None else flag.end()


def _marked(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    """Tokens with a form of their own: JWT, selectors of mobile softphones, UUIDs."""
    if data.find(b"eyJ") >= 0:
        for match in _JWT.finditer(data, start, stop):
            if _is_json(match[1]):
                yield Finding(match.start(), match.end(), Entity.SECRET, "token.jwt")
    if COLON in data:
        for match in _SELECTOR.finditer(data, start, stop):
            yield Finding(match.start(), match.end(), Entity.DEVICE, "token.selector")
    for match in _UUID.finditer(data, start, stop):
        if match[0].strip(b"0-"):
            entity = _by_context(data, match.start(), start)
            yield Finding(match.start(), match.end(), entity, "token.uuid")


def _is_json(encoded: bytes) -> bool:
    """Whether base64url text begins a JSON object, as the header of a JWT does."""
    try:
        text = binascii.a2b_base64(encoded.translate(_URL_SAFE) + b"=" * (-len(encoded) % 4))
    except binascii.Error:
        return False
    return text[:1] == b"{" and text.rstrip()[-1:] == b"}"


def _by_context(data: bytes, first: int, start: int) -> Entity:
    """What an opaque token is, by the word before it."""
    window = data[max(start, first - 40) : first]
    for entity, pattern in _CONTEXTS:
        if pattern.search(window) is not None:
            return entity
    return Entity.IDENTIFIER


_CALL_LEG = re.compile(rb"/{1,2}-?[0-9]{1,10}/[0-9A-Zx]{12}/[A-Z]{2,12}(?:/|\Z)")
"""Call leg, call and module before a line of Cisco's debug; a rule takes what is in it."""


_LINE_ENDS = frozenset((b"", b"\r", b"\n"))


def _runs(data: bytes, start: int, stop: int) -> Iterator[Finding]:
    for match in _RUN.finditer(data, start, stop):
        first = match.start()
        text = match[0].rstrip(b".-_")
        if (leg := _CALL_LEG.match(text)) is not None:
            first, text = first + leg.end(), text[leg.end() :]
        if len(text) < SHORTEST or _POINTER.fullmatch(text) is not None or _TIMESTAMP.fullmatch(text) is not None:
            continue
        if _CODE_PREFIX.search(text) is not None or _CODE_WORD.search(data, max(start, first - 24), first) is not None:
            continue
        if _is_opaque(text) and not (text.startswith(b"--") and _is_delimiter(data, first, match.end(), start, stop)):
            yield Finding(first, first + len(text), _of_run(data, first, len(text), start), "token.opaque")
        elif SLASH in text:
            yield from _in_path(data, first, text, start)


def _is_delimiter(data: bytes, first: int, end: int, start: int, stop: int) -> bool:
    """Whether a run is a whole line: what stands between the parts of a body (RFC 2046 section 5.1.1).

    The header field that announces it keeps it, and it names nobody.
    """
    before, after = data[max(start, first - 1) : first], data[end : min(stop, end + 1)]
    return before in _LINE_ENDS and after in _LINE_ENDS


def _of_run(data: bytes, first: int, size: int, start: int) -> Entity:
    entity = _by_context(data, first, start)
    if entity is Entity.IDENTIFIER and size == 64 and b"token" in data[max(start, first - 40) : first].lower():
        return Entity.DEVICE
    return entity


def _in_path(data: bytes, first: int, path: bytes, start: int) -> Iterator[Finding]:
    """Opaque names of folders and files: digests, identifiers of containers and recordings."""
    for name in path.split(b"/"):
        last = first + len(name)
        is_token = len(name) >= SHORTEST and _is_opaque(name)
        if is_token and _CODE_WORD.search(data, max(start, first - 24), first) is None:
            yield Finding(first, last, _of_run(data, first, len(name), start), "token.opaque")
        first = last + 1


def _is_opaque(text: bytes) -> bool:
    """Whether a run mixes letters and digits as no name does; long runs are judged by their first 512 bytes."""
    sample = text[:512]
    if _HEX.fullmatch(sample) is not None:
        return len(set(sample)) >= 6
    if sample.translate(None, b"+/=") != sample:
        mixed = re.search(rb"[a-z]", sample) and re.search(rb"[A-Z]", sample) and re.search(rb"[0-9]", sample)
        return mixed is not None and len(_EDGE.findall(sample)) >= 4
    segments = re.split(rb"[._-]", sample)
    edges = [len(_EDGE.findall(segment)) for segment in segments]
    if max(edges) >= 3 and sum(edges) >= 4 and sum(edges) * 10 >= len(sample):
        return True
    return sum(edges) > 0 and any(len(segment) >= SHORTEST_BASE64 and _changes(segment) for segment in segments)


def _changes(run: bytes) -> bool:
    """Whether neighbours in a run are of different kinds as often as in encoded octets, of which few may be digits.

    Of random signs five in eight neighbours differ; of words that are written together, two in a word.
    """
    kinds = run.translate(_KINDS)
    return sum(map(kinds.count, _DIFFERENT)) * 20 >= len(run) * 9
