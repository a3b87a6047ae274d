"""Free text by tokens gives the bytes of the complete reading of the whole line."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.readings.memo import Contextual
from scrubber.readings.tokens import Tokens
from tests.passes import complete, rewritten

LINES = """\
Registered SIP '1001' at 192.0.2.10:5060
see https://pbx.example.com/ucp/?forgot=9f8b6c5d4e3a2b1c
GET /book/x.cfg?lang=en&p=kalyna HTTP/1.1
Unregistered SIP '1001'
Registration from '"Front Desk" <sip:1001@pbx.example.com>' failed for '198.51.100.77:5071' - Wrong password
Executing [1001@from-internal:1] Dial("PJSIP/4021-0000001a", "PJSIP/1001,20,tT") in new stack
Executing [+15550100123@from-trunk:12] Set("SIP/trunk-acme-00000003", "CALLERID(name)=Alice Doe") in new stack
    -- PJSIP/1001-0000001a is ringing
    -- Called PJSIP/1001/sip:1001@192.0.2.10:5060
    -- Got SIP response 486 "Busy Here" back from 192.0.2.10:5060
    -- <PJSIP/4021-00000002> Playing 'vm-intro.ulaw' (language 'en')
Endpoint 1001 is now Reachable
Contact 1001/sip:1001@192.0.2.10:5060 is now Reachable.  RTT: 12.345 msec
Added contact 'sip:1001@198.51.100.23:61044;ob' to AOR '1001' with expiration of 300 seconds
Removed contact 'sip:1001@198.51.100.23:61044;ob' from AOR '1001' due to request
password:hunter22
got Basic dXNlcjpwYXNz back
got basic dXNlcjpwYX
the "Bearer abcd1234" of it
(Bearer abcd1234)
Basic calls work
the hunter22 value
(hunter22)
[hunter22]
hunter22,hunter22;hunter22
"Alice Doe" <+15550100123>
Smith-Jones called
"Smith-Jones","4021"
Call from Alice to 1001
Call from ALICE to 1001
alice.doe logged in
alice.doe@pbx.example.com logged in
user alice.doe logged in from 192.0.2.10
acmewidgets-trunk ACMEWIDGETS/1001
host tower7 up
tower7:5060
http://tower7/x
00:00:5e:00:53:01 00005e005301 0000.5e00.5301
SN-00099-AB
a84b4c76e66710@192.0.2.10
callid=a84b4c76e66710
number 5550100123 dialed
number +1 555 010 0123 dialed
number (555) 010-0123 dialed
+1-555-010-0123
020 7946 0958
+44 20 7946 0958
"+15550100123","1001","from-internal"
"","+15550100123","1001","from-internal","Dial","PJSIP/4021,20","2025-03-02 18:00:00","",10,0,"NO ANSWER"
1740938591|1740938591.42|support|PJSIP/1001|ENTERQUEUE||+15550100123|1
1740938591,CONNECT,1001
DTMF begin '5' received on PJSIP/1001-0000001a
card 4111 1111 1111 1111
card 4111111111111111
pin 4711
PIN: 4711
pin code is 4711
password is hush-hush
secret=foo
secret = foo
secret => foo
auth_user: carla
username=carla,password=foo
username="carla", password="foo"
user=<carla>
context=from-internal exten=1001
src=1001 dst=4021 clid="Carla Quarles" <1001>
https://carla:foo@directory.example.com/users.xml
mysql://opensips:Amber-Falcon@192.168.9.4/opensips
ws://pbx.example.com:8089/ws
<sip:1001@pbx.example.com>
sip:carla@pbx.unseen.example;transport=tcp
sip:%31001@pbx.example.com
tel:+15550100123
1001@pbx.example.com
1001@from-internal
mailbox 1001@default has 3 messages
Local/1001@from-internal-00000001;2
/var/spool/asterisk/voicemail/default/1001/INBOX/msg0000.txt
/home/carla/.config/linphone
C:\\Users\\Carla\\Music\\ring.wav
2025/03/02/out-5550100123-1001-20250302-180000-1740938591.42.wav
REQ REGISTER sip:edge.example.net from sip:+15550100123@edge.example.net ("Alice Doe") src=udp:198.51.100.60:5072
DBG:core:parse_msg:  uri:     <sip:voice.example.org>
parse_via_param(): found param type 232, <branch> = <z9hG4bK-524287-1---b91ee9e5efe09f07>; state=16
script: F=sip:1001@pbx.example.com T=sip:4021@pbx.example.com M=INVITE IP=192.0.2.10:5060 ID=a84b4c76e66710@192.0.2.10
acc: transaction answered: method=INVITE;from_tag=as1928;to_tag=zz98;call_id=a84b4c76e66710@192.0.2.10;code=200
.Acc 0: setting registration..
.TX 543 bytes Request msg REGISTER/cseq=38210 (tdta0x18f31c) to UDP 203.0.113.9:5060:
TLS certificate CN=pbx.example.com, O=Acme Widgets
Жанна Ольга звонит
жанна звонит
鈴木さん
1001's phone
ext.1001 ext1001 #1001 *1001 1001. 1001: v1.1001 1001.5 1001/4021
(1001) <1001> '1001' "1001" [1001] {1001} 1001,4021 1001;4021 1001|4021
x1001 1001x =1001 0x1001 %1001 12.1001
192.0.2.10.5060
IP 192.0.2.10.5060 > 198.51.100.7.5071: SIP: INVITE sip:1001@pbx.example.com SIP/2.0
[2001:db9::1]:5060
fe80::1%eth0
192.0.2.10,192.0.2.11 192.0.2.10/24 (192.0.2.10) 192.0.2.10->192.0.2.11 eth0|192.0.2.10
123e4567-e89b-12d3-a456-426614174000
urn:uuid:123e4567-e89b-12d3-a456-426614174000
"123e4567-e89b-12d3-a456-426614174000",
nonce 1740938591/0cb1e29c658cda1495e60af593bd04cf
Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk
=?utf-8?B?RGF2ZSBEdW5tb3Jl?=
lat=51.5074 lon=-0.1278
root@tower7:~# ls
GotoIf("PJSIP/1001-0000001a", "$[ "4021" = "" ]?hangup") in new stack
GotoIf("PJSIP/1001-0000001a", "$[ "2150" = "" ]?hangup") in new stack
GotoIf("PJSIP/1001-0000001a", "$[ "+15550100123" = "" ]?hangup") in new stack
Set("PJSIP/1001-0000001a", "__REC_UID=1740938718.2046") in new stack
user=1740938718.2046 PIN=1740938718.2046
Called PJSIP/4021 PJSIP/carla SIP/TLS SIP/2 PJSIP/trunk PJSIP/acmewidgets PJSIP/15550100123
(PJSIP/4021) "PJSIP/4021" PJSIP/4021, PJSIP/4021/+15550100123
1001 != 4021 and secret != foo
7:carla:pbx.example.com:foo
1001  4021
a\t1001\tb
name=Zed Nobody, x
caller Zed Nobody <5550100199>
peer 'carla' is now UNREACHABLE!  Last qualify: 12
""".splitlines()

SENTENCES = [
    "Registered SIP '{user}' at {address}",
    "    -- PJSIP/{user}-0000001a is ringing",
    "    -- Called {uri}",
    'Executing [{user}@from-internal:1] Dial("PJSIP/{user}-0000001a", "PJSIP/1001,20,tT") in new stack',
    "Added contact '{uri};ob' to AOR '{user}' with expiration of 300 seconds",
    'Connected line update "{name}" <{user}>',
    "Got SIP response 486 back from {address}",
    "REQ REGISTER {uri} from {uri} src={address} ua=Phone/5.2.6",
    "user={user} host={host} from {address}",
    "call {word} from {number} to {user} on {host}",
    "{word} ({address}) {word}, {uri}; {word}",
    '"{user}","{number}","{word}","{address}"',
    "{word} <{uri}> {word}: {word}",
    "{word} {mac} {word} {uuid} {word}",
    "password={secret} {word}",
    "{word}|{user}|{number}|{word}",
    "got gR4nite!Heron-58 here",
    'wrote "gR4nite!Heron-58","x"',
    "Bob O'Malley is here",
    '"Bob O\'Malley","4021"',
    "sbc1.unseen.example: connection refused",
    "SIP/2150: busy",
    "Bridge d09cbcb3-f18e-4123-a8a8-4f89edd3a9ac: calling simple_bridge",
    "GET /users.xml?key=41c0d9e2 HTTP/1.1",
    "ok ?key=abc",
    "x &pin=4711",
    "pass:two words",
    "secret:two words here",
    "-- Called PJSIP/carla",
    'Dial("PJSIP/carla,20")',
    "SIP/z",
    "pass =hush",
    "secret :hush",
]
SLOTS = {
    "user": ["1001", "4021", "alice.doe", "carla", "trunk-acme", "2150", "erin_w"],
    "address": ["192.0.2.10:5060", "198.51.100.77", "192.168.1.20:51234", "[2001:db9::1]:5060"],
    "uri": [
        "sip:1001@pbx.example.com",
        "sip:carla@198.51.100.7:5062",
        "sips:alice.doe@voice.example.org",
        "tel:+15550100123",
    ],
    "name": ["Alice Doe", "Erin Walker", "Front Desk", "Жанна Ольга", "鈴木"],
    "host": ["pbx.example.com", "tower7", "voice.example.org", "sbc1.unseen.example"],
    "number": ["+15550100123", "5550100123", "+442079460958"],
    "mac": ["00:00:5e:00:53:01", "00005e005301", "00-00-5e-00-53-77"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000", "0f1e2d3c-0000-4000-8000-0123456789ab"],
    "secret": ["hunter22", "hush-hush", '"two words"'],
    "word": [
        "ringing",
        "is",
        "OK",
        "486",
        "timer",
        "res_pjsip.c",
        "INVITE",
        "12ms",
        "0x7f01",
        "18:00:12",
        "2025-03-02",
    ],
}

NOT_YET: dict[str, list[str]] = {
    "a host before a colon passes for a label": ["ping: voice.unseen.org: Name or service not known"],
    "a value behind an opening bracket whose end is elsewhere": ["call (1001 answered)"],
    "short branches": ["z9hG4bKs:"],
    "an IPv6 address in brackets behind a transport": ["from sip:1@b.example src=udp:[2001:db9::1]:5060 ua=x"],
    "what a label says goes before what was learned or has a shape": [
        "ext=acmewidgets",
        "domain=hunter22",
        "caller=192.0.2.10",
        "peer: pbx.example.com",
        "CN=4111111111111111",
    ],
}
KNOWN = [
    pytest.param(line, marks=pytest.mark.xfail(strict=True, reason=why))
    for why, rows in NOT_YET.items()
    for line in rows
]


def both(line: str) -> tuple[str, str]:
    data = line.encode()
    return rewritten(data).decode(), complete().text(data).decode()


@pytest.mark.parametrize("line", [*LINES, *KNOWN])
def test_same_bytes_as_the_complete_reading(line: str) -> None:
    fast, whole = both(line)
    assert fast == whole


@given(st.sampled_from(SENTENCES), st.randoms(use_true_random=False))
def test_same_bytes_for_sentences_of_any_values(sentence: str, chance: random.Random) -> None:
    line = sentence
    for slot, values in SLOTS.items():
        while "{" + slot + "}" in line:
            line = line.replace("{" + slot + "}", chance.choice(values), 1)
    fast, whole = both(line)
    assert fast == whole


@pytest.mark.parametrize(
    "token",
    [
        b"ringing",
        b"res_pjsip.c:",
        b"200",
        b"OK.",
        b"(ok)",
        b"0x7f01",
        b"12ms",
        b"18:00:12",
        b"",
        b"-",
        b"...",
        b"2025-03-02",
        b"INVITE",
    ],
)
def test_plain_tokens_stay(token: bytes) -> None:
    assert Tokens(complete()).read(token) == token


@pytest.mark.parametrize(
    "token",
    [b"+15550100123", b"sip:carla@voice.example.org", b"PJSIP/carla-0000001a", b"192.0.2.10:5060", b"alice.doe"],
)
def test_tokens_with_a_value_are_read_alone(token: bytes) -> None:
    tokens = Tokens(complete())
    assert tokens.read(token) == complete().text(token) != token
    assert tokens.read(b"(" + token + b"),") == b"(" + tokens.read(token) + b"),"


@pytest.mark.parametrize(
    "token",
    [b"=?utf-8?B?QQ==?=", b"secret:", b"password=", b"5550177123", b'"5550177123"'],
)
def test_tokens_that_need_their_line_say_so(token: bytes) -> None:
    with pytest.raises(Contextual):
        Tokens(complete()).read(token)


@given(st.binary(max_size=60))
def test_any_token_is_read_or_refused(token: bytes) -> None:
    tokens = Tokens(complete())
    try:
        new = tokens.read(token)
    except Contextual:
        return
    assert new.count(b" ") == token.count(b" ") or token != new
