"""What part names and claims stand for, and what becomes of a signed token by them."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from scrubber.model import Entity
from scrubber.parts import CLAIMS, PART_ENTITY, READ_CLAIMS
from tests.passes import cleaned

PAYLOAD = {
    "attest": "A",
    "dest": {"tn": ["15550101234"], "uri": ["sip:bob@doeberg.example"]},
    "iat": 1740000000,
    "orig": {"tn": "15550104321"},
    "origid": "123e4567-e89b-12d3-a456-426655440000",
    "rcd": {"nam": "Mona Keller", "apn": "15550109999", "icn": "https://mona.doeberg.example/i.png"},
    "crn": "about the operation on Monday",
    "mky": {"alg": "sha-256", "dig": "02:1A:CC:54:27:AB:EB:9C:53:3F:3E:4B:65:2E:7D:46:3F"},
    "foo": "Zeta Quux",
}


def encoded(part: dict[str, Any]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(part, separators=(",", ":")).encode()).rstrip(b"=")


TOKEN = b".".join((encoded({"alg": "ES256", "typ": "passport", "ppt": "rcd"}), encoded(PAYLOAD), b"c2ln" * 20))


def test_names_are_spelled_as_grammars_spell_them() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in PART_ENTITY)
    assert all(re.fullmatch(rb"[a-z0-9]+", name) for name in CLAIMS.keys() | READ_CLAIMS)
    assert not CLAIMS.keys() & READ_CLAIMS
    assert {*PART_ENTITY.values(), *CLAIMS.values()} <= set(Entity)


def test_claims_of_a_passport() -> None:
    message = b"INVITE sip:x@doeberg.example SIP/2.0\r\nIdentity: " + TOKEN + b";info=<https://c.example/p>\r\n\r\n"
    head, body = (
        json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
        for part in re.findall(rb"eyJ[\w-]+", cleaned(message))
    )
    assert head == {"alg": "ES256", "typ": "passport", "ppt": "rcd"}
    assert (body["attest"], body["iat"], body.keys()) == ("A", 1740000000, PAYLOAD.keys())
    told = json.dumps(body)
    planted = (
        "15550101234 15550104321 15550109999 bob doeberg mona keller zeta quux 1a:cc:54 operation 123e4567".split()
    )
    assert [value for value in planted if value in told.lower()] == []


@pytest.mark.parametrize("field", [b"Authorization: Bearer ", b"Proxy-Authorization: Bearer "])
def test_a_bearer_token_is_a_secret_whatever_it_holds(field: bytes) -> None:
    message = b"REGISTER sip:doeberg.example SIP/2.0\r\n" + field + TOKEN + b"\r\nContent-Length: 0\r\n\r\n"
    new = cleaned(message)
    assert field in new
    assert b"eyJ" not in new
