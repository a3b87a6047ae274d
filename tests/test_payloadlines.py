"""Payloads that ngrep has cut into rows are read as a whole and printed again in rows of the same width."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrubber.audit.residue import Residue
from scrubber.dots import printed
from scrubber.engine import BLOCK, Engine, Learner, findings, records
from scrubber.formats import detect
from scrubber.model import Entity
from scrubber.payloadlines import Payload, is_head, joined, payloads, through
from scrubber.reports.transcript import Transcript
from tests.passes import DOUBLING, KEY, LEARNED, doubling, engine, lexicon, rule_set

NGREP = detect.by_name("ngrep")
HEAD = b"U 192.0.2.10:5060 -> 198.51.100.7:5060 #1"
INVITE = (
    b"INVITE sip:+442079460321@pbx.example.com SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK776asdhds\r\n"
    b'From: "Bob Bellweather" <sip:bob.bellweather@pbx.example.com>;tag=1928301774\r\n'
    b"To: <sip:+442079460321@pbx.example.com>\r\n"
    b"Call-ID: a84b4c76e66710\r\n"
    b"CSeq: 314159 INVITE\r\n"
    b"Date: Sun, 02 Mar 2025 18:03:12 GMT\r\n"
    b"Content-Type: application/sdp\r\n"
    b"Content-Length: 94\r\n"
    b"\r\n"
    b"v=0\r\no=bob 3192782745 3192782745 IN IP4 192.0.2.10\r\ns=-\r\n"
    b"c=IN IP4 192.0.2.10\r\nm=audio 4000 RTP/AVP 8\r\n"
)
BYE = INVITE.partition(b"Content-Type")[0].replace(b"INVITE", b"BYE") + b"Content-Length: 0\r\n\r\n"
WIDTHS = (16, 17, 23, 35, 59, 75, 118, 251)


def flat(text: bytes) -> bytes:
    """A payload as ngrep prints its octets."""
    return printed(text)


def rows(text: bytes, width: int, *, padded: bool = False, stripped: bool = False) -> bytes:
    """A payload in rows of a terminal."""
    printed = flat(text)
    cut = [printed[at : at + width] for at in range(0, len(printed), width)] or [b""]
    if padded:
        cut[-1] = cut[-1].ljust(width)
    return b"\n".join([b"  " + (row.rstrip(b" ") if stripped else row) for row in cut])


def packet(text: bytes, width: int = 75, head: bytes = HEAD, *, padded: bool = False, stripped: bool = False) -> bytes:
    return head + b"\n" + rows(text, width, padded=padded, stripped=stripped) + b"\n"


def same(text: bytes) -> bytes:
    return text


def scrubbed(text: bytes, name: str = "ngrep") -> bytes:
    """Learned from, rewritten, and found clean by the audit."""
    fmt = detect.by_name(name)
    learner = Learner(rule_set())
    for value in LEARNED:
        learner.lexicon.add(*value)
    learner.feed(text, fmt)
    run = Engine(rule_set(), KEY, learner.lexicon)
    new = run.rewriter(fmt).rewrite(text)
    assert Residue(run).check(new, fmt) == []
    return new


def shown(block: bytes) -> bytes:
    """The block with its payloads joined."""
    found = joined(block)
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        (b"U 192.0.2.10:5060 -> 198.51.100.7:5060", True),
        (b"U 192.0.2.10:5060 -> 198.51.100.7:5060 #17", True),
        (b"U 2025/03/02 18:03:12.500000 192.0.2.10:5060 -> 198.51.100.7:5060 #1\r", True),
        (b"U +0.010000 192.0.2.10:5060 -> 198.51.100.7:5060 #2", True),
        (b"U(17) +4240499404.783899 192.0.2.10:5060 -> 198.51.100.7:5060 #1", True),
        (b"T 192.0.2.10:40122 -> 198.51.100.7:5060 [AP] #4", True),
        (b"T(6) 2025/03/02 18:03:12.500000 192.0.2.10:40122 -> 198.51.100.7:5060 [A] #4", True),
        (b"U 3fff:40::22:5060 -> 3fff:40::1f:5060", True),
        (b"U fe80::200:5eff:fe00:5310:5353 -> ff02::fb:5353 #9", True),
        (b"I 192.0.2.10 -> 198.51.100.7 8:0 #3", True),
        (b"? 192.0.2.10 -> 198.51.100.7 +21@0:1480", True),
        (b"U 192.0.2.10:5060 -> 198.51.100.7:5060 OPTIONS sip:pbx.example.com SIP/2.0..Via: x", True),
        (b"2025/03/02 18:03:12.500000 192.0.2.10:5060 -> 198.51.100.7:5060", False),
        (b"18:03:12.500000 IP 192.0.2.10.5060 > 198.51.100.7.5060: SIP", False),
        (b"UDP 192.0.2.10:5060 -> 198.51.100.7:5060", False),
        (b"I went from bed -> work", False),
        (b"A call 2101 -> 2102", False),
        (b"", False),
    ],
)
def test_heads(line: bytes, is_one: bool) -> None:
    assert is_head(line) is is_one


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("padded", "stripped"), [(False, False), (True, False), (False, True)])
@pytest.mark.parametrize("message", [INVITE, BYE], ids=["INVITE", "BYE"])
def test_a_message_reads_as_it_was_sent(message: bytes, width: int, padded: bool, stripped: bool) -> None:
    one = packet(message, width, padded=padded, stripped=stripped)
    block = b"####\n" + one + b"##\n" + one + b"exit\n"
    assert [payload.text for payload in payloads(block)] == [message, message]
    assert through(block, same, same) == block


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["ngrep", "plain", "sip-text"])
def test_its_pseudonyms_are_those_of_any_log(width: int, name: str) -> None:
    block = scrubbed(packet(INVITE, width) + packet(BYE, width), name)
    expected = [scrubbed(INVITE, "plain"), scrubbed(BYE, "plain")]
    assert [payload.text for payload in payloads(block)] == expected
    assert all(len(row) == width + 2 for row in block.split(b"\n")[1:] if row[:2] == b"  " and len(row) > width)
    assert (
        block
        == scrubbed(HEAD + b"\n", name)
        + rows(expected[0], width)
        + b"\n"
        + scrubbed(HEAD + b"\n", name)
        + rows(expected[1], width)
        + b"\n"
    )


@pytest.mark.parametrize(
    "head",
    [
        b"U 192.0.2.10:5060 -> 198.51.100.7:5060",
        b"U 2025/03/02 18:03:12.500000 192.0.2.10:5060 -> 198.51.100.7:5060 #1",
        b"T 192.0.2.10:40122 -> 198.51.100.7:5060 [AP] #4",
        b"U 3fff:40::22:5060 -> 3fff:40::1f:5060",
    ],
)
def test_one_line_below_the_addresses_or_behind_them(head: bytes) -> None:
    wrapped, below = packet(INVITE, 75, head), head + b"\n" + flat(INVITE) + b"\n\n"
    behind = head + b" " + flat(INVITE) + b"\n\n"
    new = payloads(scrubbed(wrapped))[0].text
    for block in (below, behind):
        assert [payload.text for payload in payloads(block)] == [INVITE]
        assert through(block, same, same) == block
        out = scrubbed(block)
        assert out.count(b"\n") == block.count(b"\n")
        assert flat(new) in out


@pytest.mark.parametrize(
    "lead", [b"", b"Mar  2 18:03:12 sbc1 trace: ", b"it was ", b"got:"], ids=["alone", "syslog", "prose", "glued"]
)
def test_a_message_without_addresses(lead: bytes) -> None:
    block = b"a\n" + lead + flat(BYE) + b"\nb\n"
    assert [payload.text for payload in payloads(block)] == [BYE]
    assert flat(scrubbed(BYE, "plain")) in scrubbed(block, "plain")
    assert [payload.text for payload in payloads(rows(BYE, 75) + b"\n")] == [BYE]


@pytest.mark.parametrize(
    "block",
    [
        # ngrep -W byline, ngrep -x, sngrep, tcpdump -A.
        HEAD + b"\n" + INVITE.replace(b"\r\n", b".\n") + b"\n",
        HEAD + b"\n  49 4e 56 49 54 45 20 73    69 70 3a 61 40 62 20 53    INVITE sip:a@b S\n",
        b"2025/03/02 18:03:12.500000 192.0.2.10:5060 -> 198.51.100.7:5060\n" + INVITE,
        b"18:03:12.5 IP 192.0.2.10.5060 > 198.51.100.7.5060: SIP: INVITE sip:a@b SIP/2.0\nE..V.3@.@.:c\n" + INVITE,
        # No rows of a terminal.
        HEAD + b"\n  a line of a list\n  and one that is twice as long as it is at least\n  end\n",
        HEAD + b"\n  name: x\n  host: y\n  port: z\n",
        HEAD + b"\n  user: alice-archer-1\n  host: pbx1\n",
        HEAD + b"\n  user: alice-archer-1\n  host: pbx1.example\n  port: 5060\n",
        HEAD + b"\n\n  after a blank line\n",
        b"a -> b\n  text below\n",
        # A message that is a value, and one whose line ends are no dots.
        b'{"raw": "INVITE sip:a@b SIP/2.0..Via: x..To: y", "id": 1}\n',
        INVITE,
        b"Warning: 399 x SIP/2.0...and so on\n",
        b"an SIP/2.0..Via: x\n",
    ],
)
def test_what_is_no_such_payload_is_read_as_ever(block: bytes) -> None:
    assert payloads(block) == []
    assert joined(block) is None


def test_a_text_that_is_no_message_is_read_as_a_whole() -> None:
    text = b"the extension of alice.doe is known to bob.bellweather@pbx.example.com as 1001 and +442079460321 only"
    for width in range(16, 60, 3):
        out = scrubbed(packet(INVITE, width) + packet(text, width))
        assert payloads(out)[1].text == payloads(scrubbed(packet(INVITE, 200) + packet(text, 200)))[1].text
        assert b"alice" not in out.replace(b"\n  ", b"")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b".........+<ME|v.9.dA.......[7........kD.0Cm.).i......}..%.....l", b"." * 63),
        (b".g..........._sip._udp.pbx.example.com..!..", None),
        (b"..!.B...'x.........alice.doe.......Vovida..", None),
    ],
)
def test_of_what_is_no_text_values_alone_are_left(payload: bytes, expected: bytes | None) -> None:
    out = payloads(scrubbed(packet(payload)))[0].text
    assert len(out) == len(payload)
    if expected is not None:
        assert out == expected
    else:
        assert out.startswith(b"...........")
        assert sum(map(bytes.isalpha, (out[at : at + 1] for at in range(len(out))))) >= 8
        assert not any(word in out for word in (b"alice", b"example", b"Vovida"))


@pytest.mark.parametrize(("entity", "value"), [learned for learned in LEARNED if learned[1].isascii()])
def test_the_audit_finds_an_original_wherever_it_is_cut(entity: Entity, value: bytes) -> None:
    audit = Residue(engine())
    spoken = b"sip:%b@x" if entity is Entity.USER and value.isdigit() else b"%b and what follows it"
    whole = {hit.entity for hit in audit.check(spoken % value, NGREP)}
    assert whole
    for before in range(len(spoken % value)):
        block = b"a line\n" + packet(b"x" * (60 - before - 1) + b" " + spoken % value + b" and more", 60) + b"another\n"
        found = audit.check(block, NGREP)
        assert whole <= {hit.entity for hit in found}, before
        assert all(block.find(b"\n  ") < hit.start < hit.end <= len(block) for hit in found)


def test_the_place_of_an_original_is_that_in_the_file() -> None:
    audit = Residue(engine())
    block = b"a line\n" + packet(b"y" * 62 + b" alice.doe is cut here, and that is it", 70) + b"alice.doe\n"
    spans = sorted({(hit.start, hit.end) for hit in audit.check(block, NGREP)})
    texts = [block[start:end] for start, end in spans]
    assert b"alice.d\n  oe" in texts


def test_what_is_left_of_a_word_by_a_cut_is_no_original() -> None:
    """A row may begin or end with what would be somebody's number if it stood alone."""
    known = Engine(rule_set(), KEY, lexicon((Entity.USER, b"4021"), (Entity.NAME, b"Anna"), (Entity.HOST, b"tower7")))
    audit = Residue(known)
    for word in (b"sip:40219", b"sip:4021988", b"Annabella", b"tower77", b"Susanna"):
        for at in range(len(word)):
            block = packet(b"z" * (59 - at) + b" " + word + b" goes on and on and on, as long", 60)
            assert audit.check(block, NGREP) == [], (word, at)
    assert audit.check(b"sip:4021\n", NGREP)


def test_a_check_tells_originals_that_are_cut() -> None:
    block = packet(INVITE, 35)
    places = findings(block, rule_set(), NGREP)
    told = {block[place.start : place.end].replace(b"\n  ", b"") for place in places}
    assert {b"+442079460321", b"pbx.example.com", b"192.0.2.10"} <= told
    assert findings(scrubbed(block), rule_set(), NGREP) == []


def test_the_place_that_a_check_tells_is_that_of_what_is_cut() -> None:
    value = b"bob.bellweather@pbx.example.com"
    for before in range(1, len(value)):
        block = b"a line\n" + packet(b"x" * (69 - before) + b" " + value + b" is whom they ask for", 70)
        places = findings(block, rule_set(), NGREP)
        assert value in {block[place.start : place.end].replace(b"\n  ", b"") for place in places}, before


@pytest.mark.parametrize("width", WIDTHS)
def test_as_much_is_learned_as_of_any_log(width: int) -> None:
    wrapped, whole = Learner(rule_set()), Learner(rule_set())
    wrapped.feed(packet(INVITE, width), NGREP)
    whole.feed(HEAD + b"\n" + INVITE, detect.by_name("plain"))
    assert wrapped.lexicon.values == whole.lexicon.values
    assert b"Bob Bellweather" in wrapped.lexicon.values[Entity.NAME]


def test_times_move_where_they_are_cut() -> None:
    rewriter = Engine(rule_set(), KEY, lexicon()).rewriter(NGREP)
    rewriter.shift = 86400
    for width in WIDTHS:
        texts = [payload.text for payload in payloads(rewriter.rewrite(packet(INVITE, width)))]
        assert b"Date: Mon, 03 Mar 2025 18:03:12 GMT\r\n" in texts[0]


def test_messages_are_told_with_their_ends_and_lines() -> None:
    head = b"U 2025/03/02 18:03:12.500000 192.0.2.10:5060 -> 198.51.100.7:5060 #1"
    block = b"##\n" + packet(INVITE, 75, head) + b"#\n" + packet(BYE, 75, head)
    heard = list(Transcript(NGREP).heard([b"first\n", block]))
    assert [one.message for one in heard] == [INVITE, BYE]
    assert [one.place for one in heard] == [4, 1 + (b"first\n" + block.partition(b"  BYE")[0]).count(b"\n")]
    assert {(one.source, one.destination, one.transport) for one in heard} == {
        (b"192.0.2.10:5060", b"198.51.100.7:5060", b"UDP")
    }


def test_no_block_ends_within_a_payload() -> None:
    one = packet(INVITE, 75)
    data = one * (BLOCK // len(one) * 2 + 3)
    blocks = list(records(iter([data]), NGREP))
    assert len(blocks) > 1
    assert all(block.startswith(HEAD) for block in blocks)
    assert b"".join(blocks) == data


def test_returns_and_colours() -> None:
    block = packet(INVITE, 75).replace(b"\n", b"\r\n")
    assert [payload.text for payload in payloads(block)] == [INVITE]
    assert through(block, same, same) == block
    assert scrubbed(block).replace(b"\r\n", b"\n") == scrubbed(packet(INVITE, 75))
    red = packet(INVITE, 75).replace(b"INVITE sip", b"\x1b[31mINVITE\x1b[0m sip", 1)
    assert scrubbed(red).replace(b"\x1b[31m", b"").replace(b"\x1b[0m", b"") == scrubbed(packet(INVITE, 75))


def test_what_grows_is_cut_at_the_width_of_the_others() -> None:
    long, short = payloads(packet(INVITE, 40) + packet(b"short"))
    assert long.width == short.width == 40
    assert short.printed(b"x" * 90) == b"  " + b"\n  ".join([b"x" * 40, b"x" * 40, b"x" * 10])
    alone = payloads(packet(b"short"))[0]
    assert alone.printed(b"x" * 90) == b"  " + b"x" * 90
    assert Payload(0, 0, b"", ()).printed(b"a\r\nb") == b"a..b"


PRINTED = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=400).map(str.encode)
MESSAGES = st.lists(
    st.sampled_from(
        [b"..", b".", b"....", b"Via: x", b"To: ", b"alice.doe", b"v=0", b"SIP/2.0 200 OK", b" ", b"a=b", b"<", b">"]
    ),
    max_size=40,
).map(b"".join)


@given(PRINTED | MESSAGES, st.integers(16, 90), st.booleans())
@example(b"to be or not to be, that is the question. ", 21, True)
@example(b"to be or not to be, that is the question..: ", 21, True)
def test_any_payload_comes_back(text: bytes, width: int, padded: bool) -> None:
    block = packet(INVITE, width, padded=padded) + b"#\n" + packet(text, width, padded=padded) + b"\n"
    read: list[bytes] = []

    def message(joint: bytes) -> bytes:
        read.append(joint)
        return joint

    assert through(block, same, message) == block
    if len(text) > width:
        assert [flat(joint).rstrip(b" ") for joint in read] == [flat(INVITE), text.rstrip(b" ")]
    learner = Learner(rule_set())
    learner.feed(block, NGREP)


@given(
    st.sampled_from([b"alice.doe", b"sip:bob@pbx.example.com", b"+442079460321", b"a b c", b"..", b"To: x"]).flatmap(
        lambda word: st.lists(st.just(word) | MESSAGES, min_size=20, max_size=30).map(b" ".join)
    ),
    st.integers(16, 90),
)
def test_rows_stay_as_wide_as_they_were(text: bytes, width: int) -> None:
    out = engine().rewriter(NGREP).rewrite(packet(INVITE, width) + packet(text, width)).split(b"\n")
    del out[: [row[:1] for row in out].index(b"U", 1)]
    assert all(len(row) == width + 2 and row[:2] == b"  " for row in out[1:-2])
    assert len(out[-2]) <= width + 2


@given(PRINTED, st.integers(16, 90))
def test_every_place_of_a_joined_text_is_one_of_the_block(text: bytes, width: int) -> None:
    block = b"before\n" + packet(text, width) + b"behind " + flat(BYE) + b"\nend\n"
    found = joined(block)
    assert found is not None
    for at, octet in enumerate(found.text):
        place = found.place(at)
        if octet not in b"\r\n" and place < len(block):
            assert block[place] in (octet, 0x0A)
    assert found.lines() == sorted(found.lines())


@pytest.mark.parametrize("lead", [b"", HEAD + b"\n", HEAD + b"\n  ", HEAD + b"\n  INVITE sip:a@b SIP/2.0..A: b...."])
@pytest.mark.parametrize(
    "unit",
    [
        *(b"....a", b'"....a', b'"....A....b"', b'..X: "....a'),
        *(b"..", b".", b". ", b"..A:", b"..a=", b"..ab-", b"..--", b"--a", b"<>..  ", b"....\r\n", b" -> ", b"\n  "),
        *(b"SIP/2.0..A:", b"A a:b SIP/2.0..A:", b'"SIP/2.0..A:', b"INVITE sip:a SIP/2.0..Via:", b"SIP/2.0 200 ..A:"),
        *(HEAD + b"\n", HEAD + b"\n  a\n", HEAD + b"\n  a", b"U 192.0.2.1 -> ", b"  INVITE sip:a SIP/2.0..Via:\n"),
        b"  INVITE sip:a SIP/2.0..Via:\n  a\n  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
    ],
)
def test_hostile_texts_take_linear_time(lead: bytes, unit: bytes) -> None:
    def read(text: bytes) -> None:
        block = lead + text
        through(block, same, same)
        found = joined(block)
        if found is not None:
            found.lines()

    assert doubling(read, unit) <= DOUBLING
