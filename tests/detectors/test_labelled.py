from __future__ import annotations

import pytest

from scrubber.detectors import labelled
from scrubber.labelname import label_key
from scrubber.model import Entity, LabelRule

SECRET, USER, NAME, NUMBER, HOST = Entity.SECRET, Entity.USER, Entity.NAME, Entity.NUMBER, Entity.HOST
TEXT, HASH, EXT, ID, DTMF = Entity.TEXT, Entity.HASH, Entity.EXTENSION, Entity.IDENTIFIER, Entity.DTMF

LABELS: dict[bytes, Entity | None] = {
    b"password": SECRET,
    b"secret": SECRET,
    b"pin": SECRET,
    b"token": SECRET,
    b"authpass": SECRET,
    b"username": USER,
    b"user": USER,
    b"pwd": SECRET,
    b"auth": USER,
    b"exten": USER,
    b"name": NAME,
    b"displayname": NAME,
    b"calleridname": NAME,
    b"callerid": NAME,
    b"label": NAME,
    b"callernumber": NUMBER,
    b"calleridnum": NUMBER,
    b"phone": NUMBER,
    b"host": HOST,
    b"realm": HOST,
    b"md5result": HASH,
    b"userfield": TEXT,
    b"body": TEXT,
    b"ext": EXT,
    b"uuid": ID,
    b"callid": ID,
    b"digit": DTMF,
    b"filename": None,
    b"framenumber": None,
    b"buildname": None,
    b"number": NUMBER,
    b"fingerprint": Entity.DEVICE,
    b"serial": Entity.DEVICE,
    b"contactuser": USER,
    b"type": None,
    b"benutzer": USER,
    b"contrasena": SECRET,
    b"motdepasse": SECRET,
    label_key("パスワード".encode()): SECRET,
    label_key("пароль".encode()): SECRET,
}


def lookup(label: bytes) -> LabelRule | None:
    assert label == label.lower()
    assert not set(label) & set(b"-_. ()")
    label = label_key(label)
    if label in LABELS:
        return LabelRule("known", LABELS[label])
    return LabelRule("fragment", SECRET) if b"passwd" in label else None


HITS: list[tuple[bytes, list[tuple[bytes, Entity]]]] = [
    (b"password!: hunter2", [(b"hunter2", SECRET)]),  # Snom
    (b"user&: alice", [(b"alice", USER)]),
    ("Bénutzer: alice".encode(), [(b"alice", USER)]),
    ("contraseña=hunter2-ward".encode(), [(b"hunter2-ward", SECRET)]),
    ("mot de passé\u00a0: hunter2".encode(), [(b"hunter2", SECRET)]),
    ("パスワード：hunter2".encode(), [(b"hunter2", SECRET)]),
    ("пароль:hunter2".encode(), [(b"hunter2", SECRET)]),
    # configuration files
    (b"password = s3cret", [(b"s3cret", SECRET)]),
    (b"secret = /etc/Quill7feather", [(b"/etc/Quill7feather", SECRET)]),
    (b"pwd=/etc/Quill7feather ; old", [(b"/etc/Quill7feather", SECRET)]),
    (b"user=[service]quill ok", [(b"[service]quill ok", USER)]),
    (b"secret=abc;def ; a comment", [(b"abc;def", SECRET)]),
    (b"password=ab\\;cd", [(b"ab\\;cd", SECRET)]),
    (b"password=R0bin+Elm(12)", [(b"R0bin+Elm(12)", SECRET)]),
    (b"account.1.password = qu4il&Fern=12", [(b"qu4il&Fern=12", SECRET)]),
    (b"my_passwd_2 = x y z", [(b"x y z", SECRET)]),
    (b"callerid=Alice Doe <1001>", [(b"Alice Doe", NAME)]),
    (b'callerid="Alice" <1001>', [(b"Alice", NAME)]),
    (b"account.1.label = Alice O'Doe", [(b"Alice O'Doe", NAME)]),
    (b"user = Alice Doe ; x", [(b"Alice Doe", USER)]),
    (b"user => alice,Alice Doe,x", [(b"alice", USER)]),
    (b"exten => 15550100,1,Answer()", [(b"15550100", USER)]),
    (b"Set(CALLERID(num)=15550100)", [(b"15550100", NUMBER)]),
    (b'Set("x", "CDR(userfield)=to Alice Doe ") in new stack', [(b"to Alice Doe", TEXT)]),
    (b"Set(CALLERID(name)=Alice (Sales) Doe)", [(b"Alice (Sales) Doe", NAME)]),
    (b"Set(PJSIP_HEADER(add,X-User)=x,HEADER(add,user)=alice)", [(b"alice", USER)]),
    # settings in PHP
    (b"$conf['password'] = 'Xk29';", [(b"Xk29", SECRET)]),
    (b'$conf["db"]["user"] = "alice";', [(b"alice", USER)]),
    (b"define('PASSWORD', 'Xk29');", [(b"Xk29", SECRET)]),
    (b'define("PASSWORD","Xk29");', [(b"Xk29", SECRET)]),
    # JSON and print_r
    (b'"password": "a\\"b", "name":"Alice Doe"', [(b'a\\"b', SECRET), (b"Alice Doe", NAME)]),
    (b'{\\"password\\":\\"abc\\",\\"name\\":\\"Bob\\"}', [(b"abc", SECRET), (b"Bob", NAME)]),
    (b'{"pin": 1234, "ext": 1001}', [(b"1234", SECRET), (b"1001", EXT)]),
    (b"{'user': 'x1', 'ext': 1001}", [(b"x1", USER), (b"1001", EXT)]),
    (b'"{""name"":""Alice Doe""}"', [(b"Alice Doe", NAME)]),
    (b"    [secret] => 0123abcd", [(b"0123abcd", SECRET)]),
    (b"[ 'displayName', 'Alice D' ], [ 'type', 'x' ]", [(b"Alice D", NAME)]),
    # XML
    (b"<user>alice</user><password>p&amp;w</password>", [(b"alice", USER), (b"p&amp;w", SECRET)]),
    (b"<x:Name a='b'>Alice Doe</x:Name>", [(b"Alice Doe", NAME)]),
    (b"<password><![CDATA[s3]]></password>", [(b"s3", SECRET)]),
    (b"<user name=\"Alice\" ext='1001'/>", [(b"Alice", NAME), (b"1001", EXT)]),
    (b'<param name="password" value="s3c"/><param name="type" value="x"/>', [(b"s3c", SECRET)]),
    # command lines and queries
    (b"--password qu4il&Fern=12 --user alice", [(b"qu4il&Fern=12", SECRET), (b"alice", USER)]),
    (b"--password=s3", [(b"s3", SECRET)]),
    (b"/x?user=alice&password=p%21w&y=1 HTTP/1.1", [(b"alice", USER), (b"p%21w", SECRET)]),
    # line protocols
    (b"Secret: tH$Pine*1234", [(b"tH$Pine*1234", SECRET)]),
    (b"Caller ID Name: Alice Doe", [(b"Alice Doe", NAME)]),
    (b"Caller-Number: 020 7946 0123", [(b"020 7946 0123", NUMBER)]),
    (b"   USERNAME        : alice", [(b"alice", USER)]),
    (b"   MD5 RESULT      : 0123abcd", [(b"0123abcd", HASH)]),
    (b"peer: a1, username: b1, password: c, context: d", [(b"b1", USER), (b"c", SECRET)]),
    (b"AUTH user=alice realm=example.com x", [(b"alice", USER), (b"example.com", HOST)]),
    (b"user: Marla Okafor", [(b"Marla Okafor", USER)]),
    (b"x user=Marla Okafor, ok", [(b"Marla Okafor", USER)]),
    (b"realm: Brackenmoor Clinic", [(b"Brackenmoor Clinic", HOST)]),
    (b"user: Alice logged in", [(b"Alice", USER)]),
    (b"user: 1001/alice rest", [(b"1001", USER), (b"alice", USER)]),
    (b"body: Alice: hello, how are you", [(b"Alice: hello, how are you", TEXT)]),
    (b"body=call (all), please", [(b"call (all), please", TEXT)]),
    (b"host=pbx.example.com:5061", [(b"pbx.example.com", HOST)]),
    (b';auth_pass=gr4y.Owl;outbound="sip:x"', [(b"gr4y.Owl", SECRET)]),
    (b"token = QUJD=", [(b"QUJD=", SECRET)]),
    (b"password: <hunter2>", [(b"hunter2", SECRET)]),
    (b"Digit: 5", [(b"5", DTMF)]),
    (b"uuid=9c156de8", [(b"9c156de8", ID)]),
    (b"name=\xc3\x89lo\xc3\xafse", [(b"\xc3\x89lo\xc3\xafse", NAME)]),
    (b'password="open', [(b"open", SECRET)]),
    # a label behind the label
    (b'USERNAME: length=29, value="alice-1"', [(b"alice-1", USER)]),
    (b" 0x0006 USERNAME: length=8 value=alice", [(b"alice", USER)]),
    (b"FINGERPRINT: length=20, value=A1B2C3D4", [(b"A1B2C3D4", Entity.DEVICE)]),
    (b"user: host=pbx1 x", [(b"pbx1", HOST)]),
    (b"user: peer=alice x", [(b"alice", USER)]),
    (b"password: open=sesame", [(b"open=sesame", SECRET)]),
    (b"token: QUJDRA==", [(b"QUJDRA==", SECRET)]),
    # labels of two words
    (b"x, caller number: 15550100", [(b"15550100", NUMBER)]),
    (b"type=build name: Alice", [(b"Alice", NAME)]),
    (b"type: build name: Alice", [(b"Alice", NAME)]),
    (b"x, user password: s3cret", [(b"s3cret", SECRET)]),
    (b"[the number: 5550100]", [(b"5550100", NUMBER)]),
    # octets in groups
    (b"Serial     : 0E E0 C4 11 22 33", [(b"0E E0 C4 11 22 33", Entity.DEVICE)]),
    (b"serial=0E E0 C4 11 decoded", [(b"0E E0 C4 11", Entity.DEVICE)]),
    (b"serial: AB 12", [(b"AB", Entity.DEVICE)]),
    # what only looks like a reference
    (b"secret: $ecret", [(b"$ecret", SECRET)]),
    (b"md5result=$apr1$abcd$efgh", [(b"$apr1$abcd$efgh", HASH)]),
    (b"displayname=$fU and Alice", [(b"$fU and Alice", NAME)]),
    (b'"user="alice', [(b"alice", USER)]),
    (b"voicemail.pin:4711", [(b"4711", SECRET)]),
    (b"user=alice/192.0.2.10", [(b"alice", USER)]),
]

MISSES: list[bytes] = [
    b"connect to sbc.acme.org:5061",
    b"sip.acme.au:5060                        N      ",
    b"Agent: Doephone-UA/6.4.6.2453",
    b"",
    b"Wrong password, no password; password is needed",
    b"password:",
    b"password= ",
    b"password=\"\" name=''",
    b"password: yes password=(null) secret=<none> secret=${X} password=md5",
    b"password: NOT SHOWN",
    b"password=REDACTED secret=[redacted] pin=****",
    b"password=%account[password]%",
    b"user=phone host=256 name=(null) host: NOT SET",
    b"username=udp:192.0.2.1:5060 user=-1 user=[2001:db8::1]:5060",
    b"user=sip:1001@h.example name=PJSIP/1001-00000001 user=<sip:a@b>",
    b"Username:   Result: FAIL",
    b"uuid: generated new uuid=0x7f3a14100e00",
    b'"callid":"[C-0000001a]"',
    b"filename: /x type=y",
    b"app_user.c: Matched user.c:12 extensions.conf:13",
    b"Task 'user': pushed",
    b"stasis/m:user:all-1 fdab:cd12:3456:7::8a",
    b"user_name.so => (User Support)",
    b"server_name(): registered user(): x1",
    b"exten => _X.,1,NoOp()",
    b"name=${CALLERID(name)}",
    b"secret=/etc/asterisk/keys/pbx.key",
    b"TTY=pts/0 ; PWD=/opt/tools/bin ; COMMAND=ls",
    b"PWD=/ ; COMMAND=/bin/ls",
    b"user=[service] auth=[field0]@[local_ip]:5060",
    b";password =         ; Crypted or plaintext password (see password_format).",
    b"http://user name::user host->name",
    b"<user/> <user></user> <script>: x",
    b"--password --user",
    b"USERNAME: length=29",
    b"FINGERPRINT: length=4, value=1397052750 (0x5345544e)",
    b"user: type=friend",
    b"user = $fU",
    b"host=$hdr(Host) user=$(hdr(From){nameaddr.uri}) x",
    b"user=$proto:$si:$sp host=$si:5060",
    b"name=${CALLERID(num)} user=%{login} phone=$1",
    b'host="$fd" secret=$avp(pw) secret=%{password}',
    b'"contact_user=" sets the user of the contact',
    b"'user=', x and \"Name: \" alone",
    b"[Next Sequence Number: 487] Acknowledgment Number: 5512345, ack no: 1264",
    b"    Sequence number: 1264",
    b"tcp, frame number: 1264 and build name: x1",
]


def found(text: bytes) -> list[tuple[bytes, Entity]]:
    return [(text[item.start : item.end], item.entity) for item in labelled.find(text, 0, None, lookup)]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_values_are_found(text: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", MISSES)
def test_what_is_no_value_stays(text: bytes) -> None:
    assert found(text) == []


def test_the_rule_of_the_label_is_reported() -> None:
    assert [item.rule for item in labelled.find(b"password=a1, xpasswdx=b1", 0, None, lookup)] == ["known", "fragment"]


def test_a_range_limits_the_search() -> None:
    text = b"user=alice user=bob"
    assert [text[item.start : item.end] for item in labelled.find(text, 11, 19, lookup)] == [b"bob"]


def measures(label: bytes) -> LabelRule:
    return LabelRule("measure", None, measure=True)


MEASURED: list[tuple[bytes, list[bytes]]] = [
    (b"StatusText: Alice Doe", [b"Alice", b"Doe"]),
    (b"lastcall=alice", [b"alice"]),
    (b'"StatusText":"Alice Doe",', [b"Alice", b"Doe"]),
    (b"LastCall: 442079460958", [b"442079460958"]),
    (b"LastCall: 1740909600", []),
    (b"ringcadence = 1000,4000", []),
    (b"StatusText: InUse&OnHold", []),
    (b"mtu=1500B", []),
    (b"language: en_GB", []),
    (b"time: 18:03:12", []),
    (b"mes:", []),
]


@pytest.mark.parametrize(("line", "values"), MEASURED)
def test_labels_whose_values_measure_keep_nothing_else(line: bytes, values: list[bytes]) -> None:
    found = list(labelled.find(line, 0, None, measures))
    assert [line[finding.start : finding.end] for finding in found] == values
    assert {finding.entity for finding in found} <= {NAME}
