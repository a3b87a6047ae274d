"""What the parameters of SIP and tel URIs hold, by lower-case name.

Sources: the IANA "SIP/SIPS URI Parameters" and "tel URI Parameters" registries, RFC 3966, RFC 4694 (rn, npdi, cic),
RFC 4904 (tgrp), RFC 5627 (gr), RFC 8599 (pn-*), draft-ietf-iptel-tel-np, 3GPP TS 24.229, and what Kamailio, OpenSIPS,
FreeSWITCH, Asterisk and mobile clients add. Parameters whose value is a URI of its own are added by ``uri``.
"""

from __future__ import annotations

import re
from typing import Final

from scrubber.grammar import authority
from scrubber.grammar.params import KEEP, Table, generic, keep, spare
from scrubber.model import Part

_PHONE = re.compile(rb"\+?[0-9().*#-]++")
_ALIAS = re.compile(rb"\[?([^~\]\s]++)\]?(?:~[0-9]{1,5}+(?![0-9])){0,2}+")


_NATURES: Final = frozenset(
    b"national international subscriber abbreviated private local global network unknown e164".split()
)
"""Kinds of numbers as ISUP has them (ITU-T Q.763 section 3.10), which gateways write where a domain should stand."""


def phone_context(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``;phone-context=`` (RFC 3966): a domain, or a global number prefix; a bare country code stays."""
    if _PHONE.fullmatch(data, start, end):
        if end - start > 4:
            out.append(Part(start, end, "number"))
    elif data[start:end].lower() not in _NATURES:
        authority.host_or("free", data, start, end, out)


def digits(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """A value that should be a number; anything else is judged by its shape."""
    if _PHONE.fullmatch(data, start, end):
        out.append(Part(start, end, "number"))
    else:
        generic(data, start, end, out)


def alias(data: bytes, start: int, end: int, out: list[Part]) -> None:
    """``;alias=address~port~transport`` (Kamailio ``nathelper``); without a value of that shape a flag of Via."""
    match = _ALIAS.match(data, start, end)
    if match is None:
        spare(data, start, end, out)
        return
    authority.host_or("free", data, *match.span(1), out)
    spare(data, match.end(), end, out)


USER_PARAMS: Final[Table] = {
    b"phone-context": phone_context,
    b"isub": digits,
    b"isub-encoding": KEEP,
    b"ext": "extension",
    b"postd": "dtmf",
    b"rn": digits,
    b"rn-context": phone_context,
    b"cic": "identifier",
    b"cic-context": phone_context,
    b"tgrp": "name",
    b"trunk-context": phone_context,
    b"npdi": KEEP,
    b"enumdi": KEEP,
    b"cpc": KEEP,
    b"oli": KEEP,
    b"isup-oli": KEEP,
    b"noa": KEEP,
    b"npi": KEEP,
    b"verstat": KEEP,
    b"premium-rate": KEEP,
    b"tsp": phone_context,
}
"""Inside the user part of a SIP URI and after the number of a tel URI."""

_KEPT_PARAMS = (
    b"transport lr user method ttl ob comp nat r2 cause gruu isfocus fs_nat x-ast-txp delay repeat content-type "
    b"pn-provider pn-type pn-silent pn-timeout pn-msg-str pn-call-str pn-groupchat-str pn-msg-snd pn-call-snd "
    b"pn-call-remote-push-interval bnc iotl orig isup-oli rport verstat cpc oli noa npi npdi enumdi keep rc mp "
    b"np index purpose"
).split()
_DEVICE_PARAMS = (b"gr pn-prid pn-param pn-tok pn-purr sigcomp-id sip.instance grid opaque").split()
_ID_PARAMS = (b"rinstance line uniq did vsf vst ipnt rid sid call-id callid uuid cic").split()
_HOST_PARAMS = b"maddr x-ast-orig-host domain".split()
_NAME_PARAMS = b"otg dtg trunk tgrp trunk-group trunkgroup".split()

PLAIN_PARAMS: Final[Table] = {
    **dict.fromkeys(_KEPT_PARAMS, KEEP),
    **dict.fromkeys(_DEVICE_PARAMS, "device"),
    **dict.fromkeys(_ID_PARAMS, "identifier"),
    **dict.fromkeys(_NAME_PARAMS, "name"),
    **dict.fromkeys(_HOST_PARAMS, authority.endpoint),
    **USER_PARAMS,
    b"ftag": "tag",
    b"tag": "tag",
    b"branch": "branch",
    b"pn-uri": "url",
    b"alias": alias,
    b"app-id": "host",
    b"expires": KEEP,
    b"q": KEEP,
    b"reason": keep,
}
"""URI parameters whose value is not a URI."""
REFERENCES: Final = tuple(b"received fs_path target play voicexml aor".split())
"""URI parameters whose value is a URI, plain, quoted or percent-encoded, or a host (RFC 4240, RFC 4458, RFC 5552)."""
