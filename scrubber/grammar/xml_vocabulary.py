"""What the elements and attributes of the XML bodies of SIP are, in one vocabulary.

The documents borrow from each other (a presence document holds a location, a conference document a dialog), so one
table serves them all; where two of them mean different things by a name, the entry says in which element it counts.
Names are lower-case and without prefix; ``parent/name`` and ``element@name`` go before ``name``. The kinds are those of
``xml_values``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scrubber.grammar.params import KEEP

_ELEMENT_KINDS: Final[Mapping[str, bytes]] = {
    "uri": (
        # RFC 3863, 3858, 4235, 3680, 4575: who is watched, who watches, the parties of a dialog, bindings, participants
        b"contact watcher identity uri referred-by referred by hop request-uri local-uri remote-uri to-uri from-uri "
        b"conf-uri service-uri aor address-of-record pub-gruu temp-gruu presentity nameid "
        # RFC 5438
        b"recipient-uri original-recipient-uri"
    ),
    "name": (
        b"display-name display_name displayname name user/display-text endpoint/display-text fn "
        b"family-name given-name surname"
    ),
    "text": (
        b"note subject display-text free-text keywords description reason phrase other note-well session-description "
        # RFC 4119, 5139, 6848: the civic address; its elements that stay are named below
        b"civicaddress country_subdivision a1 a2 a3 a4 a5 a6 prd rd sts hno hns lmk loc "
        b"nam bld unit flr room pc plc pcn "
        b"pobox addcode seat pod rdsec rdbr rdsubbr prm pom std hnp lmkp mp stp "
        # products and emergency services
        b"ruleset vcard activity mood-note venue place-is"
    ),
    "location": (
        # RFC 5491 and OGC GeoShape
        b"pos poslist lowercorner uppercorner coordinates radius semimajoraxis semiminoraxis verticalaxis height "
        b"orientation startangle openingangle innerradius outerradius lat lon lng latitude longitude altitude"
    ),
    "time": (
        b"timestamp datetime date-time associate-time disassociate-time start-time stop-time end-time when "
        b"retention-expiry retransmission-expiry from-time until-time lastactive join-time leave-time"
    ),
    "instance": b"unknown-param",
    "call-id": b"call-id callid ucid",
    "session-id": b"sipsessionid sessionid",
    "tag": b"from-tag to-tag local-tag remote-tag",
    "identifier": (
        b"message-id conversation-id session-id session_id participant_id stream_id group_id group-ref send recv "
        b"etag new-etag previous-etag entry-id participant-id stream-id group-id recording-id"
    ),
    "device": b"deviceid device-id instance-id serialnumber serial imei imsi mac macaddress",
    "url": b"card homepage icon map sound web-page logo ruleset-reference locationuri xcap-root",
    "key": b"token secret password pin access-code",
    "dtmf": b"digits regex pattern/regex",
    KEEP: (
        b"basic status state direction method duration priority event code type class entry roles role version cseq "
        b"privacy sphere relationship active locked user-count maximum-user-count joining-method "
        b"disconnection-method media label src-id purpose retransmission-allowed "
        b"country data-mode language languages "
        b"contenttype refresh confidence mode stream version-id index"
    ),
}
_ATTRIBUTE_KINDS: Final[Mapping[str, bytes]] = {
    "uri": (
        b"entity uri aor resource presentity target local-uri remote-uri presentity@id recipient sender "
        b"from to requesturi contact"
    ),
    "name": b"display displayname display-name name friendly-name",
    "call-id": b"call-id callid ucid",
    "tag": b"local-tag remote-tag from-tag to-tag",
    "content-id": b"cid",
    "identifier": (
        b"id session_id participant_id stream_id group_id recording_id msid etag new-etag previous-etag selector-id "
        b"session-id participant-id stream-id group-id recording-id entry-id transactionid"
    ),
    "dtmf": b"digits",
    "time": (
        b"last-input until from-time timestamp associate-time disassociate-time start stop datetime time expiration"
    ),
    "url": b"anchor ref src href xcap-root",
    "text": b"doc-selector sel text-value subject",
    "device": b"instance serial serialnumber mac imei",
    "key": b"pin password secret token",
    KEEP: (
        b"xmlns schemalocation type lang version encoding standalone state status "
        b"substatus direction priority expires q "
        b"event package cseq code suppressed forced_flush forced-flush tag "
        b"fullstate notify-type duration duration-subscribed "
        b"duration-registered retry-after srsname srsdimension uom active method reason pname kpml-response@text "
        b"unknown-param@name param@name reg-id index scheme yes-no element@name minimum maximum interval "
        b"persist interdigittimer criticaldigittimer extradigittimer long longrepeat nopartial enterkey node"
    ),
}


def _table(kinds: Mapping[str, bytes]) -> dict[bytes, str]:
    return {name: kind for kind, names in kinds.items() for name in names.split()}


ELEMENTS: Final[Mapping[bytes, str]] = _table(_ELEMENT_KINDS)
"""The kind of the text in an element."""
ATTRIBUTES: Final[Mapping[bytes, str]] = _table(_ATTRIBUTE_KINDS)
"""The kind of an attribute value."""

KNOWN: Final = frozenset(
    b"pidf+xml xpidf+xml cpim-pidf+xml pidf-diff+xml watcherinfo+xml cpl+xml dialog-info+xml reginfo+xml "
    b"conference-info+xml resource-lists+xml rlmi+xml rls-services+xml xcap-diff+xml xcap-el+xml adrl+xml imdn+xml "
    b"im-iscomposing+xml kpml-request+xml kpml-response+xml media_control+xml rs-metadata rs-metadata+xml "
    b"rs-metadata-request+xml load-control+xml poc-settings+xml".split()
)
"""Subtypes of ``application/`` whose documents are made of this vocabulary; what it lacks is scanned as text there.

In any other XML type an unknown element is ``text`` and an unknown attribute ``unknown``.
"""
