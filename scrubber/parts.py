"""What the names that grammars and tokens give to their parts stand for."""

from __future__ import annotations

from collections.abc import Mapping

from scrubber.model import Entity

PART_ENTITY: Mapping[str, Entity] = {
    "user": Entity.USER,
    "password": Entity.SECRET,
    "host": Entity.HOST,
    "display": Entity.NAME,
    "name": Entity.NAME,
    "number": Entity.NUMBER,
    "extension": Entity.EXTENSION,
    "email": Entity.EMAIL,
    "tag": Entity.TAG,
    "branch": Entity.BRANCH,
    "call-id": Entity.CALL_ID,
    "identifier": Entity.IDENTIFIER,
    "nonce": Entity.NONCE,
    "hash": Entity.HASH,
    "secret": Entity.SECRET,
    "device": Entity.DEVICE,
    "mac": Entity.MAC,
    "url": Entity.URL,
    "text": Entity.TEXT,
    "location": Entity.LOCATION,
    "dtmf": Entity.DTMF,
    "time": Entity.TIME,
}
"""What each part name of the grammar is. Names that need decoding first are methods of :class:`Reader`."""

CLAIMS: Mapping[bytes, Entity] = {
    b"tn": Entity.NUMBER,
    b"apn": Entity.NUMBER,
    b"nam": Entity.NAME,
    b"crn": Entity.TEXT,
    b"origid": Entity.IDENTIFIER,
    b"jti": Entity.IDENTIFIER,
    b"sub": Entity.USER,
    b"dig": Entity.DEVICE,
    b"icn": Entity.URL,
    b"jcl": Entity.URL,
}
"""What claims of a PASSporT are (RFC 8225 section 5, RFC 8588, RFC 9795)."""
READ_CLAIMS = frozenset(b"alg typ ppt x5u iat exp nbf iss attest uri mky div opt hi rcdi sph".split())
"""Claims that are numbers and words of protocols, or name themselves what they are."""
