from __future__ import annotations

import base64
import json

import pytest

from scrubber.detectors import token
from scrubber.model import Entity

SECRET, ID, DEVICE, BRANCH, TAG = Entity.SECRET, Entity.IDENTIFIER, Entity.DEVICE, Entity.BRANCH, Entity.TAG
CALL_ID, NONCE, HASH, HOST, NAME = Entity.CALL_ID, Entity.NONCE, Entity.HASH, Entity.HOST, Entity.NAME

UUID = b"3f2504e0-4f89-11d3-9a0c-0305e82c3301"
HEX32 = b"0123456789abcdef0123456789abcdef"
HEX40 = HEX32 + b"01234567"
HEX64 = HEX32 * 2
KEY40 = b"d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"


def _base64url(value: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


JWT = b".".join((_base64url({"alg": "HS256", "typ": "JWT"}), _base64url({"sub": "1001"}), b"c2lnbmF0dXJl"))
FCM = b"eX4mPl3Tok-n0Inst4nceA:APA91bExample-Token_0000"

ENCODED = b"MDM0MTMwWjAnMSUwIwYDVQQDDBtkb2UtZ2F0ZXdheS0xMC01LTMtNS0xLWRl"

HITS: list[tuple[bytes, list[tuple[bytes, Entity]]]] = [
    (b"//4711/8A2B3C4D5E6F/SIP/Msg/aB3dE6gH9jK2mN5pQ8sT1vW4yZ7", [(b"Msg/aB3dE6gH9jK2mN5pQ8sT1vW4yZ7", ID)]),
    # names of files and folders
    (b"/var/lib/tty/%b and var/log/%b.wav" % (HEX64, HEX32), [(HEX64, ID), (HEX32, ID)]),
    (b"a-b/overlay2/%b/merged" % HEX40, [(HEX40, ID)]),
    (b"push token: spool/%b" % HEX64, [(HEX64, DEVICE)]),
    (b"GET https://example.com/api/v2/lookup/ak_9dQ2mW7r/caller?n=1", [(b"ak_9dQ2mW7r", Entity.SECRET)]),
    (b"url=http://example.com/k-4Wm9z/all.vcf", [(b"k-4Wm9z", Entity.SECRET)]),
    # encoded octets with few digits
    (b"--- MDM0MTMwWjAnMSUwIwYDVQQDDBtkb2UtZ2F0ZXdheS0xMC01LTMtNS0xLWRl", [(ENCODED, ID)]),
    # keys that a log cut off
    (b"a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:qR7/tKx2Pd ...", [(b"qR7/tKx2Pd", Entity.SECRET)]),
    # UUIDs
    (b'+sip.instance="<urn:uuid:%b>"' % UUID, [(UUID, DEVICE)]),
    (b"Bridge %b: calling simple_bridge" % UUID, [(UUID, ID)]),
    (b"failed for x (callid: %b)" % UUID, [(UUID, CALL_ID)]),
    (b"<sip:a@h>;tag=%b" % UUID, [(UUID, TAG)]),
    (b"instance_id: %b" % UUID, [(UUID, DEVICE)]),
    # paths
    (b"GET /r/%b.mp3" % HEX32, [(HEX32, ID)]),
    (b"https://a.example/invite/kTMz76MfKhMELgCOvMMqGRJkW?u=x", [(b"kTMz76MfKhMELgCOvMMqGRJkW", SECRET)]),
    (b"https://a.example/prov/3cxProv_QrGwToc64W_62.xml", [(b"QrGwToc64W", SECRET)]),
    # branches
    (b"branch=z9hG4bKPj%b;rport" % UUID, [(b"z9hG4bKPj" + UUID, BRANCH)]),
    (b"Via x;branch=z9hG4bK8104926.", [(b"z9hG4bK8104926", BRANCH)]),
    (b"tag=z9hG4bK8104926", [(b"z9hG4bK8104926", TAG)]),
    (b"transactionId z9hg4bkpj0123456789abcdef", [(b"z9hg4bkpj0123456789abcdef", BRANCH)]),
    # JWT, PEM, keys with a prefix
    (b"Identity: %b;info" % JWT, [(JWT, SECRET)]),
    (b"Authorization: Bearer %b" % JWT, [(JWT, SECRET)]),
    (b"-----BEGIN PRIVATE KEY-----\\nMIIEvQ\\n-----END PRIVATE KEY-----", [(b"MIIEvQ", SECRET)]),
    (b"-----BEGIN RSA PRIVATE KEY----- MIIEvQ and on", [(b"MIIEvQ and on", SECRET)]),
    (b"key AKIAIOSFODNN7EXAMPLE used", [(b"AKIAIOSFODNN7EXAMPLE", SECRET)]),
    (b"ghp_0123456789abcdefghijABCDEFGHIJ012345", [(b"ghp_0123456789abcdefghijABCDEFGHIJ012345", SECRET)]),
    (b"X-Auth-Token: acme_live_4kT7pZ2mQ9xB6vHd", [(b"acme_live_4kT7pZ2mQ9xB6vHd", SECRET)]),
    (b"'ya29.a0AfH6SMBx1234567890abcd'", [(b"ya29.a0AfH6SMBx1234567890abcd", SECRET)]),
    (b"refresh 1//0gabcdefghijklmnopqrstuv", [(b"1//0gabcdefghijklmnopqrstuv", SECRET)]),
    (b"SK" + HEX32, [(b"SK" + HEX32, SECRET)]),
    # media keys
    (b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%b|2^20|1:4" % KEY40, [(KEY40, SECRET)]),
    (b"TX: AES_CM_128_HMAC_SHA1_80 key=%b" % KEY40, [(KEY40, SECRET)]),
    # cookies
    (b"Cookie: PHPSESSID=abc123; lang=en; x=q", [(b"abc123", SECRET), (b"q", SECRET)]),
    (
        b'Set-Cookie: mansession_id="5a5bcb0c"; Version=1; Max-Age=60; HttpOnly; Domain=pbx.example.com',
        [(b"5a5bcb0c", SECRET), (b"pbx.example.com", HOST)],
    ),
    (b"HTTP Cookie, Name: 'mansession_id'  Value: '5a5bcb0c'", [(b"5a5bcb0c", SECRET)]),
    (b"?PHPSESSID=0123abcd0123abcd0123abcd", [(b"0123abcd0123abcd0123abcd", SECRET)]),
    # devices
    (b"pn-tok=%b;x" % FCM, [(FCM, DEVICE)]),
    (b"device token: %b" % HEX64, [(HEX64, DEVICE)]),
    (b"log %b:89abcdef.log" % HEX40, [(HEX40 + b":89abcdef", DEVICE)]),
    # opaque runs
    (b'nonce="%b", response="%b"' % (HEX32, HEX32[::-1]), [(HEX32, NONCE), (HEX32[::-1], HASH)]),
    (b"contact '1001;@%b'" % HEX32, [(HEX32, ID)]),
    (b"{1 1 REGISTER q7x2mb4k9t1wz83nfh5y0c}", [(b"q7x2mb4k9t1wz83nfh5y0c", ID)]),
    (b"nonce=bX7q/Kd2P9wLmZ4tRv8sNc1yHg6fJa3e x", [(b"bX7q/Kd2P9wLmZ4tRv8sNc1yHg6fJa3e", NONCE)]),
    (b"blob Zm9v+YmFy/MTIzNDU2Nzg5MEFCQ0Q= end", [(b"Zm9v+YmFy/MTIzNDU2Nzg5MEFCQ0Q=", ID)]),
    (b"secret: Zm9v+YmFy/MTIzNDU2Nzg5MEFCQ0Q=", [(b"Zm9v+YmFy/MTIzNDU2Nzg5MEFCQ0Q=", SECRET)]),
    # RFC 2047
    (b"From =?UTF-8?Q?Alice_D=C3=B6e?= x", [(b"=?UTF-8?Q?Alice_D=C3=B6e?=", NAME)]),
]
GROUPS = b"aabbccdd 00112233 aabbccdd 00112233 aabbccdd 00112233 aabbccdd 00112233"

MISSES: list[bytes] = [
    b"https://a.example/api/v2/GetUserInfo2 https://a.example/TcxProvFiles/polycomFirmware_v2.xml",
    b"https://example.com/fw/GXP2170v2b/T46S.rom",
    b"/lookup/ak_9dQ2mW7r/caller",
    b"",
    b"//4711/8A2B3C4D5E6F/SIP/Msg/ccsipDisplayMsg:",
    b"//-1/xxxxxxxxxxxx/CCAPI/cc_api_display_ie_subfields:",
    b"Asterisk GIT-master-a1b2c3d4e5 built by",
    b"git commit %b" % HEX40,
    b"sha256sum %b" % HEX64,
    b"tsx0x55d0c8a1b640 (rdata0x7f3a10026970) rtpsession0x7f3a100125c0",
    b"Request msg REGISTER/cseq=4 (tdta000001F2A8C3B6E8) to TLS",
    b"res_pjsip_endpoint_identifier_ip.c AES_CM_128_HMAC_SHA1_80 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    b"PJSIPShowRegistrationsOutbound SorceryMemoryCacheStaleObject",
    b"AsteriskManagerInterfaceVersion2Handler getUserMediaStreamV2FromDeviceId",
    b"pjsip/distributor-0000002d stasis/m:manager:core-0000000d",
    b"https://example.com/commit/" + HEX40,
    b"/usr/lib/debug/.build-id/ab/%b.debug" % HEX40[:38],
    b"/var/lib/%b/x" % (b"a0" * 20),
    b"/usr/lib/x86_64-linux-gnu/mediastreamer/plugins/libmsqogl.so",
    b"Linux-6.18.44/x86_64/glibc-2.36 2025-03-02T18:03:12.667+0000 20250302-180312-1740938592.12",
    b"00000000-0000-0000-0000-000000000000 00000000000000000000000000000000",
    b"-----BEGIN CERTIFICATE-----",
    b"Cookie: lang=en",
    b"--50UBfW7LSCVLtggUPe5z",
    b"a line\r\n--50UBfW7LSCVLtggUPe5z\r\nanother",
    b"--50UBfW7LSCVLtggUPe5z--\r\n",
    b"------WebKitFormBoundary7MA4YWxkTrZu0gW\n",
    b"PJSIP_RFC3261_BRANCH_ID : z9hG4bK",
    b"pbx-gw01-1740938592.41 SIP-T46S-66.84.0.15",
]


def found(text: bytes) -> list[tuple[bytes, Entity]]:
    return [(text[item.start : item.end], item.entity) for item in token.find(text)]


@pytest.mark.parametrize(("text", "expected"), HITS)
def test_tokens_are_found(text: bytes, expected: list[tuple[bytes, Entity]]) -> None:
    assert found(text) == expected


def test_a_push_token_in_groups_is_found() -> None:
    assert found(b"token <%b>" % GROUPS) == [(GROUPS, DEVICE)]


@pytest.mark.parametrize("text", [b"key --50UBfW7LSCVLtggUPe5z", b"--50UBfW7LSCVLtggUPe5z x", b"-50UBfW7LSCVLtggUPe5z"])
def test_only_a_whole_line_is_a_delimiter(text: bytes) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize("text", MISSES)
def test_names_and_versions_stay(text: bytes) -> None:
    assert found(text) == []


def test_what_only_begins_like_a_jwt_is_an_opaque_run() -> None:
    text = b"eyJub3Q0json0really1.abcdefgh.x"
    assert {entity for _, entity in found(text)} <= {ID}
