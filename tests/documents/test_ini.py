from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.documents import ini
from tests.documents.read import cells, held, sample, scrubbed, taught


def settings(data: bytes) -> list[tuple[str, str, str]]:
    """Section, key and value of every setting, as Asterisk reads its files: comments off, ``=>`` like ``=``."""
    found, section = [], ""
    text = re.sub(r";--.*?--;", "", data.decode(), flags=re.DOTALL)
    for line in text.splitlines():
        bare = line.split(";")[0].strip()
        if bare.startswith("["):
            section = bare
        elif "=" in bare:
            key, value = bare.split("=", 1)
            found.append((section, key.strip(), value.lstrip(">").strip()))
    return found


def test_a_configuration_keeps_its_settings() -> None:
    before = sample("pjsip.conf")
    after = scrubbed(before, "ini")
    assert held(after) == []
    old, new = settings(before), settings(after)
    assert [key for _, key, _ in new] == [key for _, key, _ in old]
    number = new[12][0][1:5]
    assert number.isdigit()
    assert number != "2101"
    sections = dict.fromkeys(section for section, _, _ in new)
    assert f"[{number}](phone)" in sections
    assert f"[{number}-auth]" in sections
    values = {key: value for _, key, value in new}
    assert values["auth"] == f"{number}-auth"
    assert values["callerid"].endswith(f"<{number}>")
    assert (values["allow"], values["bind"]) == ("alaw,ulaw,g722", "0.0.0.0:5060")
    assert (values["password"], values["user_agent"]) == ("REDACTED", "FPBX-16.0.40(18.9)")
    assert b"[transport-udp]" in after
    assert b"#include pjsip_custom.conf" in after


@pytest.mark.parametrize(
    "line",
    [
        b"[general]",
        b"[transport-udp6]",
        b"[phone](!,other)",
        b"exten => s,1,Answer()",
        b" same => n(done),Hangup()",
        b"include => from-internal",
        b"; a comment about the settings below",
        b"rtpstart = 10000",
        b"context=from-internal ; as always",
        b"dateformat=%F %T.%3q",
        b"ring = 425+480/3000,0/5000",
        b"strategy=leastrecent",
        b"amaflags = AstAccountAMAFlags",
        b"cert_file=/etc/asterisk/keys/server.pem",
        b"emailsubject_=${VM_MSGNUM}",
        b"enabled=yes",
        b"",
        b"\r",
        b"allow += g722",
    ],
)
def test_what_stays(line: bytes) -> None:
    assert ini.Reading(cells()).read(line + b"\n") == line + b"\n"


@pytest.mark.parametrize(
    "text",
    [
        b"nickname = Blume\n",
        b"nickname=Blume ; of the front desk\n",
        b"Blume = 1\n",
        b"auth=Blume\n",
        b"auth = blume\n",
        b"state=Blume7Xk\n",
        b"[Blume]\nsecret = x\n",
        b"[reception-blume]\nstrategy=linear\n",
        b"setting = a,b,Blume\n",
        b"username = Blume Blume\n",
        b'label = "Blume"\n',
        b"4711 => 1234,Blume,blume@blume.example,,attach=no\n",
        b"register => Blume:Xk29fj@sip.blume.example/4711\n",
        b"; register => Blume:Xk29@Blume@sip.blume.example/4711  ; since May\n",
    ],
)
def test_what_goes(text: bytes) -> None:
    new = ini.Reading(cells()).read(text)
    assert b"blume" not in new.lower()
    assert b"Xk29fj" not in new


@pytest.mark.parametrize("mark", [b"", b";", b"; ", b"  "])
@pytest.mark.parametrize("sign", [b" => ", b"=", b" => -"])
def test_a_mailbox_loses_its_pin_and_owner(mark: bytes, sign: bytes) -> None:
    text = b"[default]\n" + mark + b"2726" + sign + b"1234,Old Partner,old@partner.example,,attach=yes|tz=european\n"
    pattern = rb"\[default\]\n%b(?!2726)[0-9]{4}%bREDACTED,(.*),[^,]*@[^,]*\.invalid,,attach=yes\|tz=european\n"
    found = re.fullmatch(pattern % (re.escape(mark), re.escape(sign)), scrubbed(text, "ini"))
    assert found is not None
    assert b"Old" not in found[1]


@pytest.mark.parametrize("line", [b"2726 => ,Ann Roe\n", b"2726 => 99,Ann Roe,,,\n"])
def test_a_mailbox_may_have_less(line: bytes) -> None:
    new = scrubbed(b"[default]\n" + line, "ini")
    assert new.count(b",") == line.count(b",")
    assert [word for word in (b"2726", b" 99", b"Ann", b"Roe") if word in new] == []


def test_a_mailbox_loses_its_pager() -> None:
    new = scrubbed(b"[default]\n2726 => 1234,Ann Roe,ann@roe.example,3725550123,attach=yes|tz=central\n", "ini")
    assert re.search(rb"\.invalid,(?!3725550123)[0-9]{10},attach=yes\|tz=central\n", new)


def test_a_mailbox_without_its_pin_is_one() -> None:
    new = scrubbed(b"[default]\n2726 => REDACTED,Ann Roe,,,attach=yes|tz=central\n", "ini")
    assert re.fullmatch(rb"\[default\]\n[0-9]{4} => REDACTED,[^,]+,,,attach=yes\|tz=central\n", new)
    assert b"Ann" not in new


def test_settings_called_like_accounts() -> None:
    new = scrubbed(b"[users]\nblume = hunter2-ward\nkranz = admin\nlog_level = debug\n[other]\nport=1\n", "ini")
    found = re.fullmatch(
        rb"\[users\]\n([a-z]{5}) = REDACTED\n([a-z]{5}) = admin\nlog_level = debug\n\[other\]\nport=1\n", new
    )
    assert found is not None
    assert found[1] != b"blume"
    assert found[2] != b"kranz"


@pytest.mark.parametrize("section", [b"passwords", b"passwd", b"credentials", b"Logins"])
def test_a_password_may_be_any_word(section: bytes) -> None:
    lines = b"blume = asterisk\nkranz =\nadmin = admin\ntulpe = hunter2-ward ; old\nrose = none\n"
    new = scrubbed(b"[" + section + b"]\n" + lines, "ini")
    pattern = rb"\[%b\]\n(.*) = REDACTED\n(.*) =\nadmin = REDACTED\n(.*) = REDACTED\n(.*) = none\n" % section
    found = re.fullmatch(pattern, new)
    assert found is not None
    assert not {*found.groups()} & {b"blume", b"kranz", b"tulpe", b"rose"}


def test_a_context_is_no_account() -> None:
    text = b"[kitchen]\nexten => 4021,1,Answer()\n"
    new = ini.Reading(cells()).read(text)
    assert new.startswith(b"[kitchen]")
    assert b"4021" not in new


def test_prose_in_comments_is_no_setting() -> None:
    text = b"; Note: this module was written for old phones\n; secret: hunter22\n"
    new = ini.Reading(cells()).read(text)
    assert new.startswith(b"; Note: this module was written for old phones\n")
    assert b"hunter22" not in new


def test_line_ends_stay() -> None:
    assert scrubbed(b"[a]\r\nx=Blume\r\n", "ini").count(b"\r\n") == 2


@given(st.binary(max_size=300), st.sampled_from([b"", b"[", b"k = ", b"[a]\nk=", b";--"]))
def test_any_octets(data: bytes, head: bytes) -> None:
    list(ini.read(iter((head + data,)), cells()))
    assert b"".join(new for _, new in ini.read(iter((head + data,)), taught())) == head + data
