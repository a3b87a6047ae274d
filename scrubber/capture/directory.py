"""What a directory holds (RFC 4512, 4514, 4519): distinguished names, and values by the attribute they belong to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from scrubber.capture.words import sentence, words
from scrubber.model import Entity
from scrubber.values import Values

_BLANK = "ldap"
_ATTRIBUTE = re.compile(
    rb"[A-Za-z][A-Za-z0-9-]{0,63}(?:;[A-Za-z0-9;=-]{1,40})?|[0-9]{1,3}(?:\.[0-9]{1,10}){2,20}|[*+]|1\.1"
)
_OBJECT = re.compile(rb"[0-2](?:\.[0-9]{1,10}){2,20}")
_PRINTABLE = re.compile(rb"[^\x00-\x1f\x7f]*")
_PART = re.compile(rb"([^=,+]{1,64}=)(\+?(?:\\.|[^,+\\])*+)([,+]?)", re.DOTALL)
"""One part of a name; a number may begin with a plus sign that nobody escaped."""
_TOLD = re.compile(
    rb"([0-9A-Fa-f]{8}: (?:LdapErr|NameErr|SvcErr|AttErr|UpdErr|SecErr|RefErr): DSID-[0-9A-F]{6,12}, (?:comment: )?)"
    rb"([^\x00-\x1f\x7f]{0,400}?)((?:, data -?[0-9a-fA-F]{1,8})?(?:, v[0-9a-f]{1,6})?\x00?)",
    re.DOTALL,
)
"""What a directory of Microsoft says: codes around a comment."""
_MECHANISMS = frozenset(
    b"GSSAPI GSS-SPNEGO EXTERNAL DIGEST-MD5 CRAM-MD5 PLAIN LOGIN NTLM SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512 SRP"
    b" ANONYMOUS OTP OAUTHBEARER SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS".split()
)

_Value = Callable[[bytes, Values], bytes]


def blanked(value: bytes, to: Values) -> bytes:
    """As many octets that say nothing: text for text, so that it stays readable as such."""
    return to.blank(value, _BLANK, b"x" if _PRINTABLE.fullmatch(value) else b"\0")


def _of(entity: Entity) -> _Value:
    rule = f"ldap-{entity}"
    return lambda value, to: to.value(entity, value, rule) if _PRINTABLE.fullmatch(value) else blanked(value, to)


def _kept(pattern: re.Pattern[bytes]) -> _Value:
    return lambda value, to: value if pattern.fullmatch(value) else blanked(value, to)


def mechanism(value: bytes, to: Values) -> bytes:
    """The name of an authentication mechanism; unknown ones are blanked."""
    return value if value in _MECHANISMS else blanked(value, to)


def password(value: bytes, to: Values) -> bytes:
    """A password in clear."""
    if value and _PRINTABLE.fullmatch(value):
        return to.value(Entity.SECRET, value, "ldap-password")
    return blanked(value, to)


def distinguished_name(value: bytes, to: Values) -> bytes:
    """A distinguished name (RFC 4514), or a user alone, with a domain behind ``@`` or before a backslash."""
    if not _PRINTABLE.fullmatch(value):
        return blanked(value, to)
    if b"=" not in value:
        domain, backslash, user = value.rpartition(b"\\")
        return to.value(Entity.HOST, domain, "ldap-domain") + backslash + to.value(Entity.USER, user, "ldap-user")
    parts = _parts(value)
    host = b".".join(inner for key, inner, _ in parts if key.lower() == b"dc=")
    labels = iter(to.value(Entity.HOST, host, "ldap-domain").split(b".") if host else ())
    out = bytearray()
    for key, inner, mark in parts:
        if key.lower() == b"dc=":
            out += key + next(labels, b"x") + mark
        else:
            name = key[:-1].strip()
            known = key if _ATTRIBUTE.fullmatch(name) and name.isascii() else words(key, to)
            out += known + _PARTS.get(key.strip().lower(), _unit)(inner, to) + mark
    return bytes(out + blanked(value[sum(map(len, (octets for part in parts for octets in part))) :], to))


def _parts(value: bytes) -> list[tuple[bytes, bytes, bytes]]:
    found, at = [], 0
    while (part := _PART.match(value, at)) is not None and part.end() > at:
        found.append((part[1], part[2], part[3]))
        at = part.end()
    return found


def _unit(value: bytes, to: Values) -> bytes:
    return words(value, to)


def object_identifier(value: bytes, to: Values) -> bytes:
    """An object identifier in digits; anything else is blanked."""
    return value if _OBJECT.fullmatch(value) else blanked(value, to)


def referral(value: bytes, to: Values) -> bytes:
    """The URL of another server."""
    return to.value(Entity.URL, value, "ldap-referral") if _PRINTABLE.fullmatch(value) else blanked(value, to)


def diagnostic(value: bytes, to: Values) -> bytes:
    """What a server says about an error."""
    told = _TOLD.fullmatch(value)
    if told is not None:
        return told[1] + sentence(told[2], to) + told[3]
    return sentence(value, to) if _PRINTABLE.fullmatch(value) else blanked(value, to)


_PERSON, _LOGIN, _NUMBER, _MAIL, _HOST = map(_of, (Entity.NAME, Entity.USER, Entity.NUMBER, Entity.EMAIL, Entity.HOST))
_PARTS: Mapping[bytes, _Value] = {
    **dict.fromkeys((b"cn=", b"sn=", b"givenname=", b"displayname=", b"name="), _PERSON),
    **dict.fromkeys((b"uid=", b"userid=", b"samaccountname="), _LOGIN),
    **dict.fromkeys((b"mail=", b"email=", b"emailaddress="), _MAIL),
    **dict.fromkeys((b"telephonenumber=", b"mobile="), _NUMBER),
}
_VALUES: Mapping[bytes, _Value] = {
    **dict.fromkeys(
        b"cn sn givenname displayname name initials gecos commonname surname title o organizationname company"
        b" department info description personaltitle".split(),
        _PERSON,
    ),
    **dict.fromkeys(b"uid userid samaccountname krbprincipalname userprincipalname mailnickname".split(), _LOGIN),
    **dict.fromkeys(b"mail email rfc822mailbox proxyaddresses mailalternateaddress".split(), _MAIL),
    **dict.fromkeys(
        b"telephonenumber mobile homephone ipphone facsimiletelephonenumber fax pager othertelephone othermobile"
        b" otherhomephone otheripphone otherfacsimiletelephonenumber otherpager mobiletelephonenumber"
        b" hometelephonenumber workphone extension voicemail".split(),
        _NUMBER,
    ),
    **dict.fromkeys(b"dnshostname dc dnsdomain dnsroot associateddomain ldapservicename".split(), _HOST),
    **dict.fromkeys(
        b"distinguishedname member memberof manager directreports secretary seealso owner uniquemember objectcategory"
        b" defaultnamingcontext rootdomainnamingcontext configurationnamingcontext schemanamingcontext namingcontexts"
        b" subschemasubentry dsservicename servername roleoccupant entrydn alias aliasedobjectname".split(),
        distinguished_name,
    ),
    **dict.fromkeys(b"objectclass structuralobjectclass".split(), _kept(_ATTRIBUTE)),
    **dict.fromkeys(
        b"supportedcontrol supportedextension supportedfeatures supportedcapabilities".split(), object_identifier
    ),
    **dict.fromkeys((b"supportedsaslmechanisms",), mechanism),
    **dict.fromkeys(
        b"supportedldapversion issynchronized isglobalcatalogready domainfunctionality forestfunctionality"
        b" domaincontrollerfunctionality useraccountcontrol samaccounttype grouptype instancetype".split(),
        _kept(re.compile(rb"-?[0-9]{1,10}|TRUE|FALSE")),
    ),
    **dict.fromkeys(b"userpassword unicodepwd".split(), password),
}
"""By attribute in lower case, options behind a semicolon left out; values of all others are blanked."""


def value_of(attribute: bytes, value: bytes, to: Values) -> bytes:
    """A value of the attribute with this description."""
    return _VALUES.get(attribute.partition(b";")[0].lower(), blanked)(value, to)


def description(value: bytes, to: Values) -> bytes:
    """The name of an attribute, with its options; what cannot be one is blanked."""
    return value if _ATTRIBUTE.fullmatch(value) else blanked(value, to)
