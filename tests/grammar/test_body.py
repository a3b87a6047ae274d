from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.grammar import body
from tests.grammar.lossless import LINEAR, Named, check, gaps, growth, named


class Sample(NamedTuple):
    content_type: bytes
    data: bytes
    kept: bytes
    """What stays, a bar for each part."""
    names: tuple[str, ...]
    """The part names in order."""


PRESENCE = Sample(
    b"application/pidf+xml",
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n'
    b'<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:alice@example.com">'
    b'<tuple id="bs35r9"><status><basic>open</basic></status>'
    b'<contact priority="0.8">sip:alice@192.0.2.1:5060;transport=tcp'
    b"</contact><note>Gone fishing</note><timestamp>2025-03-02T18:03:12Z</timestamp></tuple>"
    b"<dm:device><dm:deviceID>urn:x-mac:0003ba4811e3</dm:deviceID></dm:device></presence>",
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:|@|">'
    b'<tuple id="|"><status><basic>open</basic></status><contact priority="0.8">sip:|@|:5060;transport=tcp'
    b"</contact><note>|</note><timestamp>|</timestamp></tuple>"
    b"<dm:device><dm:deviceID>|</dm:deviceID></dm:device></presence>",
    ("user", "host", "identifier", "user", "host", "text", "time", "device"),
)
LOCATION = Sample(
    b"application/pidf+xml",
    b'<presence entity="sip:alice@example.com"><gp:location-info><gml:Point srsName="urn:ogc:def:crs:EPSG::4326">'
    b"<gml:pos>37.775 -122.4194</gml:pos></gml:Point><gs:Circle>"
    b'<gs:radius uom="urn:ogc:def:uom:EPSG::9001">850.24</gs:radius>'
    b"</gs:Circle><ca:civicAddress><ca:country>US</ca:country><ca:A1>Wonderland</ca:A1><ca:HNO>123</ca:HNO>"
    b"<ca:LMKX>Big Tree</ca:LMKX></ca:civicAddress></gp:location-info><gp:method>GPS</gp:method></presence>",
    b'<presence entity="sip:|@|"><gp:location-info><gml:Point srsName="urn:ogc:def:crs:EPSG::4326">'
    b'<gml:pos>| |</gml:pos></gml:Point><gs:Circle><gs:radius uom="urn:ogc:def:uom:EPSG::9001">|</gs:radius>'
    b"</gs:Circle><ca:civicAddress><ca:country>US</ca:country><ca:A1>|</ca:A1><ca:HNO>|</ca:HNO>"
    b"<ca:LMKX>|</ca:LMKX></ca:civicAddress></gp:location-info><gp:method>GPS</gp:method></presence>",
    ("user", "host", "location", "location", "location", "text", "text", "text"),
)
XPIDF = Sample(
    b"application/xpidf+xml",
    b'<presence><presentity uri="sip:1001@example.com;method=SUBSCRIBE" /><atom id="1001">'
    b'<address uri="sip:1001@192.0.2.1;user=ip" priority="0.8"><status status="open" /></address></atom></presence>',
    b'<presence><presentity uri="sip:|@|;method=SUBSCRIBE" /><atom id="|">'
    b'<address uri="sip:|@|;user=ip" priority="0.8"><status status="open" /></address></atom></presence>',
    ("user", "host", "identifier", "user", "host"),
)
DIALOG = Sample(
    b"application/dialog-info+xml",
    b'<dialog-info version="7" state="full" entity="sip:1001@example.com"><dialog id="d1" call-id="abc@192.0.2.1" '
    b'local-tag="as1" remote-tag="b2" direction="initiator">'
    b'<state event="remote-bye" code="200">terminated</state><remote>'
    b'<identity display="Bob Jones">sip:bob@example.com</identity><target uri="sip:bob@192.0.2.9"/>'
    b"</remote></dialog></dialog-info>",
    b'<dialog-info version="7" state="full" entity="sip:|@|"><dialog id="|" call-id="|@|" '
    b'local-tag="|" remote-tag="|" direction="initiator"><state event="remote-bye" code="200">terminated'
    b"</state><remote>"
    b'<identity display="|">sip:|@|</identity><target uri="sip:|@|"/></remote></dialog></dialog-info>',
    ("user", "host", "identifier", "call-id", "host", "tag", "tag", "name", "user", "host", "user", "host"),
)
REGISTRATION = Sample(
    b"application/reginfo+xml",
    b'<reginfo version="0" state="full"><registration aor="sip:alice@example.com" id="a7" state="active">'
    b'<contact id="c76" '
    b'state="active" event="registered" expires="3600" q="0.8" callid="x1@192.0.2.7"><uri>sip:alice@192.0.2.7</uri>'
    b"<display-name>Alice Smith</display-name>"
    b'<unknown-param name="+sip.instance">"&lt;urn:uuid:f81d4fae&gt;"</unknown-param>'
    b"</contact></registration></reginfo>",
    b'<reginfo version="0" state="full"><registration aor="sip:|@|" id="|" state="active"><contact id="|" '
    b'state="active" event="registered" expires="3600" q="0.8" callid="|@|"><uri>sip:|@|</uri>'
    b'<display-name>|</display-name><unknown-param name="+sip.instance">"&lt;urn:uuid:|&gt;"</unknown-param>'
    b"</contact></registration></reginfo>",
    ("user", "host", "identifier", "identifier", "call-id", "host", "user", "host", "name", "device"),
)
CONFERENCE = Sample(
    b"application/conference-info+xml",
    b'<conference-info entity="sip:conf@example.com" state="full" version="1"><conference-description>'
    b"<display-text>Budget"
    b"</display-text><subject>Agenda</subject></conference-description><users>"
    b'<user entity="sip:bob@example.com"><display-text>'
    b"Bob Jones</display-text><endpoint><status>connected</status><joining-info><when>2005-03-04T20:00:00Z</when><by>"
    b"sip:mike@example.com</by></joining-info></endpoint></user></users></conference-info>",
    b'<conference-info entity="sip:|@|" state="full" version="1"><conference-description><display-text>|'
    b'</display-text><subject>|</subject></conference-description><users><user entity="sip:|@|"><display-text>'
    b"|</display-text><endpoint><status>connected</status><joining-info><when>|</when><by>"
    b"sip:|@|</by></joining-info></endpoint></user></users></conference-info>",
    ("user", "host", "text", "text", "user", "host", "name", "time", "user", "host"),
)
LISTS = Sample(
    b"application/resource-lists+xml",
    b'<resource-lists><list name="friends"><entry uri="sip:bill@example.com"><display-name>Bill Doe'
    b"</display-name></entry>"
    b'<external anchor="https://xcap.example.com/lists"/></list></resource-lists>',
    b'<resource-lists><list name="|"><entry uri="sip:|@|"><display-name>|</display-name></entry>'
    b'<external anchor="|"/></list></resource-lists>',
    ("name", "user", "host", "name", "url"),
)
RLMI = Sample(
    b"application/rlmi+xml",
    b'<list uri="sip:buddies@example.com" version="7" fullState="true"><name>Buddy List</name>'
    b'<resource uri="sip:bob@example.com">'
    b'<name>Bob Smith</name><instance id="juwigmtboe" state="active" cid="bUZBsM@pres.example.com"/></resource></list>',
    b'<list uri="sip:|@|" version="7" fullState="true"><name>|</name><resource uri="sip:|@|">'
    b'<name>|</name><instance id="|" state="active" cid="|@|"/></resource></list>',
    ("user", "host", "name", "user", "host", "name", "identifier", "identifier", "host"),
)
NOTIFICATION = Sample(
    b"message/imdn+xml",
    b"<imdn><message-id>34jk324j</message-id><datetime>2008-04-04T12:16:49Z</datetime><recipient-uri>im:bob@example.com"
    b"</recipient-uri><delivery-notification><status><delivered/></status></delivery-notification></imdn>",
    b"<imdn><message-id>|</message-id><datetime>|</datetime><recipient-uri>im:|@|"
    b"</recipient-uri><delivery-notification><status><delivered/></status></delivery-notification></imdn>",
    ("identifier", "time", "user", "host"),
)
COMPOSING = Sample(
    b"application/im-iscomposing+xml",
    b"<isComposing><state>active</state><contenttype>text/plain</contenttype><refresh>90</refresh></isComposing>",
    b"<isComposing><state>active</state><contenttype>text/plain</contenttype><refresh>90</refresh></isComposing>",
    (),
)
KEYPRESS = Sample(
    b"application/kpml-response+xml",
    b'<kpml-response version="1.0" code="200" text="OK" digits="2001" tag="dtmf"/>',
    b'<kpml-response version="1.0" code="200" text="OK" digits="|" tag="dtmf"/>',
    ("dtmf",),
)
RECORDING = Sample(
    b"application/rs-metadata+xml",
    b'<recording><session session_id="hVpd7Y"><sipSessionID>ab30;remote=4775</sipSessionID></session><participant '
    b'participant_id="srfBEl"><nameID aor="sip:bob@example.com"><name xml:lang="it">Bob B</name></nameID></participant>'
    b'<stream stream_id="UAAMm5"><label>96</label></stream>'
    b'<participantstreamassoc participant_id="srfBEl"><send>UAAMm5</send>'
    b"<associate-time>2010-12-16T23:41:07Z</associate-time></participantstreamassoc></recording>",
    b'<recording><session session_id="|"><sipSessionID>|;remote=|</sipSessionID></session><participant '
    b'participant_id="|"><nameID aor="sip:|@|"><name xml:lang="it">|</name></nameID></participant>'
    b'<stream stream_id="|"><label>96</label></stream><participantstreamassoc participant_id="|"><send>|</send>'
    b"<associate-time>|</associate-time></participantstreamassoc></recording>",
    (
        "identifier",
        "identifier",
        "identifier",
        "identifier",
        "user",
        "host",
        "name",
        "identifier",
        "identifier",
        "identifier",
        "time",
    ),
)
EMERGENCY = Sample(
    b"application/EmergencyCallData.SubscriberInfo+xml",
    b'<sub privacyRequested="false"><vcards><vcard><fn><text>Simon Perreault</text></fn><tel>'
    b"<uri>tel:+15550100</uri></tel></vcard></vcards></sub>",
    b'<sub privacyRequested="|"><vcards><vcard><fn><text>|</text></fn><tel><uri>|</uri></tel></vcard></vcards></sub>',
    ("unknown", "text", "text"),
)
OTHER_XML = Sample(
    b"application/vnd.example.thing+xml",
    b'<thing owner="Alice" id="77"><who>Alice Smith</who><state>active</state></thing>',
    b'<thing owner="|" id="|"><who>|</who><state>active</state></thing>',
    ("unknown", "identifier", "text"),
)
SDP = Sample(
    b"application/SDP; charset=utf-8",
    b"v=0\r\no=alice 1 2 IN IP4 192.0.2.1\r\ns=-\r\nm=audio 5004 RTP/AVP 0\r\na=x-own:Alice\r\n",
    b"v=0\r\no=| | 2 IN IP4 |\r\ns=-\r\nm=audio 5004 RTP/AVP 0\r\na=x-own:|\r\n",
    ("user", "identifier", "host", "free"),
)
SUMMARY = Sample(
    b"application/simple-message-summary",
    b"Messages-Waiting: yes\r\nMessage-Account: sip:1001@example.com\r\nVoice-Message: 2/8 (0/2)\r\n",
    b"Messages-Waiting: yes\r\nMessage-Account: sip:|@|\r\nVoice-Message: 2/8 (0/2)\r\n",
    ("user", "host"),
)
DIGITS = Sample(
    b"application/dtmf-relay",
    b"Signal=5\r\nDuration=160\r\n",
    b"Signal=|\r\nDuration=160\r\n",
    ("dtmf",),
)
CARD = Sample(
    b"text/x-vcard",
    b"BEGIN:VCARD\r\nFN:Alice Smith\r\nEND:VCARD\r\n",
    b"BEGIN:VCARD\r\nFN:|\r\nEND:VCARD\r\n",
    ("text",),
)
CPIM = Sample(
    b"message/cpim",
    b"From: Alice <im:alice@example.com>\r\nimdn.Message-ID: 34jk\r\n\r\nContent-Type: text/plain\r\n\r\nHello Bob",
    b"From: | <im:|@|>\r\nimdn.Message-ID: |\r\n\r\nContent-Type: text/plain\r\n\r\n|",
    ("display", "user", "host", "identifier", "text"),
)
MULTIPART = Sample(
    b'multipart/mixed;boundary="bb"',
    b"Hello Bob\r\n--bb\r\nContent-Type: application/sdp\r\n\r\nc=IN IP4 192.0.2.1\r\n--bb\r\n"
    b"Content-Type: multipart/alternative; boundary=cc\r\n\r\n--cc\r\n\r\nbare"
    b" text\r\n--cc\r\nContent-Type: message/sipfrag\r\n\r\n"
    b"SIP/2.0 200 OK\r\n--cc--\r\n--bb\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment; filename=alice.txt\r\n\r\nQWxpY2U=\r\n--bb\r\nContent-Type:"
    b" application/pidf+xml\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<note>=41lice</note>\r\n--bb--\r\nAlice out",
    b"|\r\n--bb\r\nContent-Type: application/sdp\r\n\r\nc=IN IP4 |\r\n--bb\r\n"
    b"Content-Type: multipart/alternative; boundary=cc\r\n\r\n--cc\r\n\r\n|\r\n--cc\r\nContent-Type:"
    b" message/sipfrag\r\n\r\n"
    b"|\r\n--cc--\r\n--bb\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n"
    b"Content-Disposition: attachment; filename=|\r\n\r\n|\r\n--bb\r\nContent-Type: application/pidf+xml\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n|\r\n--bb--\r\n|",
    ("text", "host", "text", "sip", "text", "key", "text", "text"),
)
SAMPLES = [
    PRESENCE, LOCATION, XPIDF, DIALOG, REGISTRATION, CONFERENCE, LISTS, RLMI, NOTIFICATION, COMPOSING, KEYPRESS,
    RECORDING, EMERGENCY, OTHER_XML, SDP, SUMMARY, DIGITS, CARD, CPIM, MULTIPART,
]  # fmt: skip
IDS = [sample.content_type.decode() for sample in SAMPLES]
SENSITIVE = (
    b"alice", b"Alice", b"bob@", b"Bob", b"Bill", b"bill@", b"Simon", b"1001", b"2001", b"192.0.2", b"37.775", b"122.4",
    b"Gone", b"Wonder", b"123<", b"Big Tree", b"Budget", b"Agenda", b"buddies", b"f81d", b"0003ba", b"+1555", b"Hello",
    b"QWx", b"=41", b"as1", b"abc@", b"bUZB", b"34jk", b"hVpd", b"bare", b"Signal=5", b"friends",
)  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES, ids=IDS)
def test_sample(sample: Sample) -> None:
    found = body.parts(sample.content_type, sample.data)
    check(found, 0, len(sample.data))
    assert gaps(sample.data, found) == sample.kept
    assert tuple(part.name for part in found) == sample.names


@pytest.mark.parametrize("sample", SAMPLES, ids=IDS)
def test_a_body_cut_anywhere_hides_nothing(sample: Sample) -> None:
    for cut in range(len(sample.data)):
        data = sample.data[:cut]
        found = body.parts(sample.content_type, data)
        check(found, 0, cut)
        left = gaps(data, found)
        assert [value for value in SENSITIVE if value in left] == []


@pytest.mark.parametrize("sample", SAMPLES, ids=IDS)
def test_a_range_is_read_like_a_body_of_its_own(sample: Sample) -> None:
    data = b'<a b="\r\n--bb\r\n' + sample.data + b"\r\n--bb\r\n\r\nx</note>"
    start, end = 14, 14 + len(sample.data)
    moved = [
        (part.start - start, part.end - start, part.name) for part in body.parts(sample.content_type, data, start, end)
    ]
    assert moved == [tuple(part) for part in body.parts(sample.content_type, sample.data)]


WHOLE: list[tuple[bytes, bytes, Named]] = [
    (b"text/plain", b" Hello Bob\r\n", [(b"Hello Bob", "text")]),
    (b"TEXT/HTML;charset=utf-8", b"<p>Hello</p>", [(b"<p>Hello</p>", "text")]),
    (b"text/xml", b"<a>Bob</a>", [(b"<a>Bob</a>", "free")]),
    (b"application/xml", b"<a>Bob</a>", [(b"<a>Bob</a>", "free")]),
    (b"application/json", b'{"a":1}', [(b'{"a":1}', "json")]),
    (b"application/vnd.example+json", b'{"a":1}', [(b'{"a":1}', "json")]),
    (b"application/x-www-form-urlencoded", b"a=b&c=d", [(b"a=b&c=d", "free")]),
    (b"application/soap+xml", b"<a>Bob</a>", [(b"<a>Bob</a>", "free")]),
    (b"application/passport", b"eyJ.eyJ.sig", [(b"eyJ.eyJ.sig", "passport")]),
    (b"message/sipfrag;version=2.0", b"SIP/2.0 200 OK\r\n", [(b"SIP/2.0 200 OK\r\n", "sip")]),
    (b"message/sip", b"BYE sip:a@example.com SIP/2.0\r\n\r\n", [(b"BYE sip:a@example.com SIP/2.0\r\n\r\n", "sip")]),
    (b"application/sip", b"x", [(b"x", "sip")]),
    (b"application/vnd.3gpp.sms", b"\x01\x02", [(b"\x01\x02", "sms")]),
    (b"application/ISUP;version=itu-t92+", b"\x01\x00\x49\r\n", [(b"\x01\x00\x49\r\n", "isup")]),
    (b"application/x-q931", b"\x08\x01\x05\x05", [(b"\x08\x01\x05\x05", "q931")]),
    (b"application/octet-stream", b" abc ", [(b" abc ", "key")]),
    (b"application/pkcs7-mime", b"MIIB", [(b"MIIB", "key")]),
    (b"image/jpeg", b"JFIF", [(b"JFIF", "key")]),
    (b"audio/wav", b"RIFF", [(b"RIFF", "key")]),
    (b"audio/telephone-event", b"5", [(b"5", "dtmf")]),
    (b"application/telephone-event", b"\x05\x0a\x00\xa0", [(b"\x05\x0a\x00\xa0", "key")]),
    (b"application/EmergencyCallData.eCall.MSD", b"abc", [(b"abc", "key")]),
    (b"application/EmergencyCallData.Comment", b"abc", [(b"abc", "text")]),
    (b"application/unheard-of", b"Alice", [(b"Alice", "text")]),
    (b"application/unheard-of", b"\x00\x01\x02Alice", [(b"\x00\x01\x02Alice", "key")]),
    (b"nonsense/sdp", b"c=IN IP4 192.0.2.1", [(b"c=IN IP4 192.0.2.1", "text")]),
    (b"nonsense", b"Alice", [(b"Alice", "text")]),
    (b"", b"Alice", [(b"Alice", "text")]),
    (b"", b"v=0\r\nc=IN IP4 192.0.2.1\r\n", [(b"192.0.2.1", "host")]),
    (b"application/sdp", b"\x1f\x8b\x08 compressed", [(b"\x1f\x8b\x08 compressed", "key")]),
    (b"application/pidf+xml", "<note>Bob</note>".encode("utf-16"), [("<note>Bob</note>".encode("utf-16"), "key")]),
    (
        b"application/pidf+xml",
        "<note>Bob</note>".encode("utf-16-le"),
        [("<note>Bob</note>".encode("utf-16-le"), "key")],
    ),
    (b"multipart/mixed;boundary=bb", b"no delimiter", [(b"no delimiter", "text")]),
    (b"multipart/mixed", b"--zz\r\n\r\nBob\r\n--zz--", [(b"Bob", "text")]),
    (b"multipart/mixed;boundary=bb", b"--zz\r\n\r\nBob\r\n--zz--", [(b"Bob", "text")]),
    (b"multipart/mixed;boundary=bb", b"\x00\x01\x02\x03", [(b"\x00\x01\x02\x03", "key")]),
    (b"multipart/mixed;boundary=bb", b"--bb\r\nContent-Encoding: gzip\r\n\r\nBob\r\n--bb--", [(b"Bob", "text")]),
    (b"application/sdp", b"", []),
    (b"text/plain", b"\r\n", []),
    (b"image/png", b"", []),
]


@pytest.mark.parametrize(("content_type", "data", "expected"), WHOLE)
def test_whole(content_type: bytes, data: bytes, expected: Named) -> None:
    assert named(data, body.parts(content_type, data)) == expected


def nested_multiparts(depth: int) -> bytes:
    data = b"Content-Type: text/plain\r\n\r\nBob"
    for level in range(depth):
        mark = b"--b%d" % level
        data = (
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n" % level
            + mark
            + b"\r\n"
            + data
            + b"\r\n"
            + mark
            + b"--"
        )
    return data


@pytest.mark.parametrize("depth", [1, 3, 4, 5, 9, 200])
def test_depth_is_bounded(depth: int) -> None:
    data = nested_multiparts(depth)
    head, _, content = data.partition(b"\r\n\r\n")
    found = body.parts(head.partition(b" ")[2], content)
    check(found, 0, len(content))
    assert b"Bob" not in gaps(content, found)
    inner = found[0].start == content.index(b"Bob")
    assert inner == (depth <= body.MAX_MULTIPART_DEPTH)


def test_messages_in_messages_are_bounded() -> None:
    data = b"From: <im:alice@example.com>\r\n\r\nContent-Type: message/cpim\r\n\r\n" * 100
    found = body.parts(b"message/cpim", data)
    check(found, 0, len(data))
    assert b"alice" not in gaps(data, found)


TYPES = sorted({sample.content_type for sample in SAMPLES} | {content_type for content_type, _, _ in WHOLE})


@given(st.sampled_from(TYPES) | st.binary(max_size=40), st.binary(max_size=300))
def test_any_bytes(content_type: bytes, data: bytes) -> None:
    check(body.parts(content_type, data), 0, len(data))


@given(st.sampled_from(SAMPLES), st.data())
def test_any_damage(sample: Sample, data: st.DataObject) -> None:
    damaged = bytearray(sample.data)
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, max(0, len(damaged) - 1)))
        damaged[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=4))
    check(body.parts(sample.content_type, bytes(damaged)), 0, len(damaged))


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("unit", [b"<a>", b"<", b"--bb\r\n", b"a:b\r\n", b'"', b"&amp;", b" ", b"\r\n\r\n"])
def test_time_is_linear(content_type: bytes, unit: bytes) -> None:
    assert growth(lambda data: body.parts(content_type, data), unit, 500) < LINEAR
