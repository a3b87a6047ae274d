"""What stands before every line of a text changes nothing about how the text is read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.engine import scrub
from scrubber.formats import detect
from scrubber.readings import wrapper
from tests.formats.prefixes import sample
from tests.passes import DOUBLING, KEY, cleaned, doubling, rule_set
from tests.planted import PLANTED

SEED = "2025-03-02T18:03:12."
WRAPPERS: dict[str, Callable[[str, int], str]] = {
    "quoted": lambda line, number: "> " + line,
    "quoted and trimmed": lambda line, number: ("> " + line).rstrip(),
    "quoted at once": lambda line, number: ">" + line,
    "quoted twice": lambda line, number: "> > " + line,
    "bar": lambda line, number: "| " + line,
    "star": lambda line, number: "* " + line,
    "prompt": lambda line, number: "$ " + line,
    "comment": lambda line, number: "# " + line,
    "semicolon": lambda line, number: ";" + line,
    "added": lambda line, number: "+" + line,
    "indent": lambda line, number: "    " + line,
    "tab": lambda line, number: "\t" + line,
    "brackets": lambda line, number: "[out] " + line,
    "grep -n": lambda line, number: f"full.log:{number}:{line}",
    "grep -r": lambda line, number: f"/var/log/asterisk/full:{line}",
    "cat -n": lambda line, number: f"{number:6d}\t{line}",
    "grep -n of a pipe": lambda line, number: f"{number}:{line}",
    "docker": lambda line, number: f"{SEED}{number:09d}Z {line}",
    "cri": lambda line, number: f"{SEED}{number:09d}Z stdout F {line}",
    "compose": lambda line, number: f"asterisk-1  | {line}",
    "kubectl": lambda line, number: f"[pod/asterisk-0/asterisk] {line}",
    "journal": lambda line, number: f"Mar 02 18:03:{number % 60:02d} pbxhost asterisk[812]: {line}",
    "grep in a mail": lambda line, number: f"> full.log:{number}:{line}",
}
LEFT = {("docker", "fwconsole.txt"): {"12345678"}}
"""What only the place of its line would tell."""
MARKS = [
    b"> ",
    b">> ",
    b"| ",
    b"* ",
    b"    ",
    b"\t",
    b"full.log:1:",
    b"[out] ",
    b"+",
    b"7\t",
    b"x-1 | ",
    b"Mar  2 18:03:12 h p[1]: ",
]


def wrapped(text: str, wrap: Callable[[str, int], str]) -> bytes:
    return "\n".join(wrap(line, number) for number, line in enumerate(text.split("\n"), 1)).encode()


@pytest.mark.parametrize("kind", WRAPPERS)
@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_wrapper_hides_nothing(name: str, kind: str) -> None:
    data = wrapped(sample(name).decode(), WRAPPERS[kind])
    text = scrub(data, rule_set(), KEY, detect.sniff(data, name)).decode("utf-8", "replace")
    assert {value for value in PLANTED[name] if value in text} == LEFT.get((kind, name), set())


@pytest.mark.parametrize(
    "kind", ["quoted", "indent", "grep -n", "brackets", "cat -n", "cri", "compose", "kubectl", "bar"]
)
def test_a_wrapper_stays_and_the_text_is_read_as_without(kind: str) -> None:
    plain = sample("manager.log").decode()
    data = wrapped(plain, WRAPPERS[kind])
    new = scrub(data, rule_set(), KEY, detect.sniff(data))
    expected = scrub(plain.encode(), rule_set(), KEY, detect.sniff(plain.encode())).decode()
    assert new == wrapped(expected, WRAPPERS[kind])


def test_the_format_is_that_of_the_text() -> None:
    for name in ("manager.log", "freeswitch.log", "vega-support.txt", "database-show.txt"):
        plain = sample(name)
        data = wrapped(plain.decode(), WRAPPERS["quoted"])
        assert detect.sniff(data).name == detect.sniff(plain).name


def test_names_in_a_wrapper_are_read() -> None:
    text = "\n".join(f"/home/mkestrel/calls.log:{number}:row" for number in range(5)).encode()
    assert b"mkestrel" not in cleaned(text)
    text = b"\n".join(b"Mar  2 18:03:12 pbx-lintel asterisk[7]: Event: Hangup" for _ in range(5))
    assert b"pbx-lintel" not in cleaned(text)


@pytest.mark.parametrize(
    "text",
    [
        b"> one line\nanother\n",
        b"| Name | Ext |\n| Ann | 2711 |\n| Ben | 2712 |\n| Cid | 2713 |\n",
        b"+442079460123\n+442079460124\n+442079460125\n+442079460126\n",
        b"#0  0x1 in f ()\n#1  0x2 in g ()\n#2  0x3 in h ()\n#3  0x4 in i ()\n",
        b"2711: a\n2712: b\n2713: c\n2714: d\n",
        b"sip:ann@x\nsip:ben@x\nsip:cid@x\nsip:dan@x\n",
        b"192.0.2.10:5060 <-> a\n192.0.2.10:5061 <-> b\n192.0.2.10:5062 <-> c\n",
        b"Mar  2 18:03:12 h kamailio: INFO: a\n" * 4,
        b"18:03:12 a\n18:03:13 b\n18:03:14 c\n18:03:15 d\n",
        b'    name = "a"\n    other = "b"\n    third = "c"\n    fourth = "d"\n',
        b"Mar  2 18:03:12 h p[1]: words\nMar  2 18:03:12 h p[1]: more words\nMar  2 18:03:12 h p[1]: none\n",
    ],
)
def test_content_is_no_wrapper(text: bytes) -> None:
    assert wrapper.stretches(text.split(b"\n")) == []


def test_a_stretch_between_other_lines() -> None:
    text = b"They write:\n> one\n>\n> three\n\n> five\nBye\n"
    assert wrapper.stretches(text.split(b"\n")) == [wrapper.Stretch(1, 6, (2, 1, 2, 0, 2), "b'>'")]


def test_a_message_keeps_its_start_line() -> None:
    text = b"> a\n> b\n> c\n> OPTIONS sip:x@y SIP/2.0\nVia: z\n"
    assert [stretch.end for stretch in wrapper.stretches(text.split(b"\n"))] == [3]


lines = st.lists(st.tuples(st.sampled_from([*MARKS, b""]), st.binary(max_size=12)), max_size=12)


@given(lines)
def test_stretches_lie_within_their_lines(rows: list[tuple[bytes, bytes]]) -> None:
    text = b"\n".join(mark + rest.replace(b"\n", b" ") for mark, rest in rows)
    split = text.split(b"\n")
    done = 0
    for start, end, cuts, _ in wrapper.stretches(split):
        assert done <= start < end <= len(split)
        assert len(cuts) == end - start
        assert all(0 <= cut <= len(line) for cut, line in zip(cuts, split[start:end], strict=True))
        done = end
    assert wrapper.unwrapped(text).count(b"\n") == text.count(b"\n")


@given(lines)
def test_as_many_lines_come_out(rows: list[tuple[bytes, bytes]]) -> None:
    text = b"\n".join(mark + re.sub(rb"[^a-z]", b" ", rest) for mark, rest in rows)
    assert cleaned(text).count(b"\n") == text.count(b"\n")


@pytest.mark.parametrize(
    "unit", [b"> ", b">", b"> \n", b"a/", b"./a/", b"full:", b"full.log:1:\n", b"[pod/", b"    \n", b"|\n", b"1:\n"]
)
def test_hostile_lines_take_linear_time(unit: bytes) -> None:
    assert doubling(lambda text: wrapper.stretches(text.split(b"\n")), unit) <= DOUBLING


DOTTED = (
    b"U 198.51.100.23:5060 -> 203.0.113.10:5060\nINVITE sip:2101@pbx.example.com SIP/2.0.\n"
    b"Via: SIP/2.0/UDP 198.51.100.23.\n"
    b"X-Lookup: Tamsin Wollondilly.\nContent-Length: 0.\n.\n\nThe end.\n"
)


@pytest.mark.parametrize("fmt", ["plain", "asterisk", "syslog", "ngrep"])
@pytest.mark.parametrize("mark", [b"", b"> ", b"2025-03-02T18:03:12.5Z "])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_line_ends_printed_as_dots_hide_no_field(fmt: str, mark: bytes, end: bytes) -> None:
    text = end.join(mark + line for line in DOTTED.split(b"\n"))
    new = cleaned(text, fmt)
    assert b"Tamsin" not in new
    assert b"Content-Length: 0." in new
    assert new.count(b"." + end) == text.count(b"." + end)


def test_dotted_messages() -> None:
    assert wrapper.dotted(DOTTED.split(b"\n")) == [(1, 6)]
    assert wrapper.dotted(b"It speaks SIP/2.0.\nAnd more.\n".split(b"\n")) == []


@pytest.mark.parametrize(
    "unit", [b"SIP/2.0 200 a.\n", b"SIP/2.0 ", b"OPTIONS a:SIP/2.0 ", b"SIP/2.0 200 .\na:", b"a: ."]
)
def test_hostile_messages_with_dots_take_linear_time(unit: bytes) -> None:
    assert doubling(lambda text: wrapper.dotted((text + b".\n" + text + b".\n").split(b"\n")), unit) <= DOUBLING
