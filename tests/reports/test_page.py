"""The page for people: what it says, that nothing in it is anything but text, and that a real browser shows it."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.audit.diagnosis import Certificate, Difference
from scrubber.heard import Heard
from scrubber.model import Entity, Place
from scrubber.reports import page
from scrubber.reports.evidence import OFFERED, Audit, Excerpt, Novelty, Piece, Rarity, Sights, not_run
from scrubber.reports.ladder import ladder
from scrubber.reports.report import FileReport, RunReport, Status

ATTACK = "<script>fetch('//x.invalid')</script><img src=x onerror=alert(1)>"


def message(first: str, call_id: str = "y3k2@240.1.2.3") -> bytes:
    return f"{first}\r\nCall-ID: {call_id}\r\nCSeq: 1 INVITE\r\n\r\n".encode()


ENDS = (b"240.1.2.3:5060", b"10.0.0.9:5060")
CALLS = ladder(
    (
        Heard(12, 1.0, *ENDS, b"UDP", message("INVITE sip:4417@qeru.invalid SIP/2.0")),
        Heard(40, 1.5, *ENDS[::-1], b"UDP", message(f"SIP/2.0 200 {ATTACK}")),
        Heard(90, 9.0, *ENDS, b"UDP", message("OPTIONS sip:qeru.invalid SIP/2.0", ATTACK)),
    )
).dialogs
NOT_ASKED = Audit("dissection", ran=False, detail=not_run(OFFERED))
RESIDUE = Audit("residue", ran=True)
SIGHTS = Sights(
    novelties=(
        Novelty("header", "X-Acme-Route", 12, 7),
        Novelty("header", ATTACK, 1, 9),
        Novelty("key", "widgetOwner", 3, 41),
    ),
    rarities=(
        Rarity("user agent", "Acme Desk 4.2 " + ATTACK, 1, 9),
        Rarity("device", "k3jd8f2k1l0q", 2, 17),
        Rarity("extension", "7143", 1, 88),
    ),
    excerpts=(
        Excerpt(
            12,
            (
                (
                    Piece("INVITE sip:", replaced=False),
                    Piece("4417", replaced=True),
                    Piece("@", replaced=False),
                    Piece("qeru.invalid", replaced=True),
                ),
                (Piece("Subject: " + ATTACK, replaced=False),),
                (Piece("X: \u202ereversed\x1b[31m", replaced=True),),
            ),
            31,
        ),
    ),
    dialogs=CALLS,
    more={"rarities": 4, "dialogs": 2},
    looked=1000,
    whole=False,
)
RELEASED = FileReport(
    0,
    "/home/alice/full.log",
    "logs/full.log",
    Status.RELEASED,
    output="full.log",
    format="asterisk",
    size_in=104_857,
    size_out=104_201,
    entities={"user": 214, "ipv4": 96, "host": 12, "call-id": 44, "secret": 3},
    rules={"uri.user": 214, "address.ipv4": 96, "label-host": 12, "call-id": 44, "label-password": 3},
    notes={"unknown header": 3},
    audits=(RESIDUE, Audit("diagnosis", ran=True), Audit("dissection", ran=False, detail="tshark is not installed")),
    certificate=Certificate((), {"methods": {"INVITE": 3, "BYE": 2}, "lines": {"all": 4210}}, (), full=False),
    sights=SIGHTS,
)
REFUSED = FileReport(
    1, "/home/alice/pic.png", "logs/xyzzy.png", Status.REFUSED, reason="images are not supported yet (picture)"
)
HELD = FileReport(
    2,
    "/home/alice/x.log",
    "logs/x.log",
    Status.RESIDUE,
    reason="an original value is still in the output: line 2, offset 17, entity name, rule residue",
    audits=(RESIDUE,),
    places=(Place("residue", Entity.NAME, 17, 2),),
    sights=replace(SIGHTS, rarities=(Rarity("device", "must-not-be-shown", 1, 1),)),
)


def run(*files: FileReport) -> RunReport:
    return RunReport("support", "0f" * 32, files, "0.1.0", ("time",), ("shift-time",))


class Elements(HTMLParser):
    """The elements of a page, their attributes, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def words(*files: FileReport) -> str:
    return " ".join(" ".join(Elements(page.render(run(*files))).words).split())


# --- what it says


@pytest.mark.parametrize(
    ("files", "tone", "title"),
    [
        ((RELEASED,), "warn", "Ready to send"),
        ((replace(RELEASED, audits=(RESIDUE,)),), "good", "Ready to send"),
        ((replace(RELEASED, audits=(RESIDUE, NOT_ASKED)),), "good", "Ready to send"),
        ((RELEASED, REFUSED), "warn", "Ready to send, without what was refused"),
        ((replace(RELEASED, status=Status.VERIFIED),), "warn", "A dry run: nothing was written"),
        ((RELEASED, HELD), "bad", "Some files were held back"),
        ((HELD,), "bad", "Do not send: an original value was left"),
        ((REFUSED,), "warn", "Nothing to send"),
        ((), "warn", "Nothing to send"),
    ],
)
def test_the_verdict_stands_at_the_top(files: tuple[FileReport, ...], tone: str, title: str) -> None:
    text = page.render(run(*files))
    assert f'<div class="verdict {tone}">\n<h1>{title}</h1>' in text
    assert text.index("<h1>") < text.index("<h2")


def test_what_it_tells() -> None:
    text = words(RELEASED, REFUSED)
    for expected in (
        "1 file passed the audits.",
        "Not every audit ran on every file: dissection.",
        "1 file could not be scrubbed and is not in the output.",
        "did not run tshark is not installed",
        "Yes. Everything below was counted in the original and in the output, with equal results.",
        "methods INVITE 3, BYE 2",
        "user 214",
        "label-password 3",
        "logs/full.log released asterisk 104,857 104,201 369",
        "logs/xyzzy.png refused images are not supported yet (picture) nothing",
        "unknown header logs/full.log 3",
        "header X-Acme-Route logs/full.log, line 7 12",
        "key widgetOwner logs/full.log, line 41 3",
        "extension 7143 logs/full.log, line 88 1",
        "4 more values not shown.",
        "INVITE y3k2@240.1.2.3 – 2 messages, logs/full.log",
        "2 more dialogs not shown.",
        "logs/full.log , from line 12",
        "INVITE sip: 4417 @ qeru.invalid",
        "… 31 more lines",
        "Of 1 file only the beginning was looked at",
        "0f" * 32,
    ):
        assert expected in text


def test_differences_of_a_diagnosis_are_listed() -> None:
    changed = Certificate((Difference("methods", "INVITE", 3, 2),), {"methods": {"INVITE": 2}}, (), full=False)
    text = words(replace(RELEASED, certificate=changed))
    assert "1 file would be diagnosed differently than the original; see below." in text
    assert "logs/full.log methods INVITE 3 2" in text


def test_what_was_replaced_is_marked() -> None:
    assert "sip:<mark>4417</mark>@<mark>qeru.invalid</mark>\n" in page.render(run(RELEASED))
    unsure = replace(SIGHTS, excerpts=(SIGHTS.excerpts[0]._replace(compared=False),))
    assert "not compared: marked is what is a pseudonym on sight" in words(replace(RELEASED, sights=unsure))


def test_nothing_is_shown_of_what_was_held_back() -> None:
    text = words(HELD)
    assert "must-not-be-shown" not in text
    assert "qeru.invalid" not in text
    assert "found an original value" in text


def test_paths_of_the_user_do_not_appear() -> None:
    member = replace(
        REFUSED, index=0, label="/home/alice/a.tar: mallory.png", name="b/c.png", output="b/c.png.removed.txt"
    )
    text = page.render(run(replace(RELEASED, members=(member,)), REFUSED, HELD))
    assert "alice" not in text
    assert "mallory" not in text
    assert "b/c.png.removed.txt" in text
    assert "Members of archives" in text


def test_long_lists_end_with_how_many_more() -> None:
    files = [replace(REFUSED, index=number, name=f"f{number}") for number in range(page.FILES + 7)]
    many = replace(RELEASED, entities={"user": 1}, rules={f"rule-{number}": 1 for number in range(page.ROWS + 5)})
    text = words(many, *files)
    assert "8 more files not shown." in text
    assert "7 more files not shown." in text
    assert "5 more rules not shown." in text
    novelties = tuple(Novelty("key", f"k{number}", 1, 1) for number in range(page.ROWS + 3))
    crowded = replace(SIGHTS, novelties=novelties, excerpts=SIGHTS.excerpts * (page.EXCERPTS + 2))
    text = words(replace(RELEASED, sights=crowded))
    assert "3 more names not shown." in text
    assert "2 more excerpts not shown." in text


def test_the_same_in_several_files_is_told_once() -> None:
    text = words(RELEASED, replace(RELEASED, index=1, name="logs/other.log"))
    assert "header X-Acme-Route logs/full.log, line 7 and 1 more 24" in text
    assert text.count("INVITE y3k2@240.1.2.3") == 1


def test_a_long_call_is_cut() -> None:
    (call, *_) = CALLS
    long = call._replace(rungs=call.rungs * 40, more=5)
    text = words(replace(RELEASED, sights=replace(SIGHTS, dialogs=(long,))))
    assert "85 messages, logs/full.log" in text
    assert f"{85 - page.RUNGS} more messages are not drawn" in text


def test_nobody_looked() -> None:
    assert words(replace(RELEASED, sights=None)).count("Nobody looked.") == 4


# --- that it is safe


def test_the_policy_allows_its_own_style_alone() -> None:
    text = page.render(run(RELEASED))
    elements = Elements(text)
    (style,) = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    policies = [tag["content"] for tag in elements.every("meta") if tag.get("http-equiv") == "Content-Security-Policy"]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policies == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]


def test_nothing_runs_and_nothing_is_loaded() -> None:
    elements = Elements(page.render(run(RELEASED, REFUSED, HELD)))
    names = {name for name, _ in elements.found}
    assert not names & {"script", "link", "iframe", "object", "embed", "img", "form", "base", "foreignobject", "image"}
    for _, attributes in elements.found:
        assert not any(name.startswith("on") or name in ("style", "src", "srcdoc") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|http:|https:", page._resource("page.css"))


def test_ids_are_unique() -> None:
    elements = Elements(page.render(run(RELEASED, replace(RELEASED, index=1, name="logs/other.log"))))
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {tag["href"] for tag in elements.every("a")} <= {f"#{name}" for name in ids}


def test_tables_have_captions_and_headings() -> None:
    elements = Elements(page.render(run(RELEASED, REFUSED)))
    assert len(elements.every("table")) == len(elements.every("caption"))
    assert all(tag.get("scope") in ("col", "row") for tag in elements.every("th"))
    assert [name for name, _ in elements.found if name == "h1"] == ["h1"]
    assert elements.every("html") == [{"lang": "en"}]


@given(st.text(max_size=60))
def test_any_text_stays_text(text: str) -> None:
    sights = Sights(novelties=(Novelty("header", text, 1, 1),), rarities=(Rarity("device", text, 1, 1),))
    plain = Elements(page.render(run(replace(RELEASED, sights=Sights()))))
    other = Elements(page.render(run(replace(RELEASED, name=text, reason=text, format=text, sights=sights))))
    assert {name for name, _ in other.found} == {name for name, _ in plain.found}
    page.render(run(replace(RELEASED, sights=sights))).encode()


def test_what_cannot_be_shown_is_replaced() -> None:
    assert page.shown("a\tb\xa0c\u202e\ud800\x1b[31m") == "a b c\ufffd\ufffd\ufffd[31m"


# --- in a browser

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")


def browse(folder: Path, html: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A page opened by a headless browser; what it says of scripts and the network stands in its output and its log."""
    assert BROWSER is not None
    (folder / "page.html").write_text(html, encoding="utf-8")
    command = [
        *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr"),
        *(f"--user-data-dir={folder / 'profile'}", f"--log-net-log={folder / 'net.json'}", *options),
        (folder / "page.html").as_uri(),
    ]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)


def requests(folder: Path) -> set[str]:
    """Every address that the browser asked for, but for those of its own maker and of the page."""
    text = (folder / "net.json").read_text(encoding="utf-8")
    return {url for url in re.findall(r'"url":"([^"]+)"', text) if "x.invalid" in url or "page" in url}


@browser
def test_a_browser_shows_it_without_errors_or_requests(tmp_path: Path) -> None:
    done = browse(tmp_path, page.render(run(RELEASED, REFUSED)), "--dump-dom")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Ready to send, without what was refused" in done.stdout
    assert "CONSOLE" not in done.stderr
    assert "Content Security Policy" not in done.stderr
    assert not requests(tmp_path)
    elements = Elements(done.stdout)
    assert not elements.every("script")
    assert not elements.every("img")
    assert any(ATTACK in word for word in elements.words)
    assert len([tag for tag in elements.every("svg") if tag.get("role") == "img"]) == 2


@browser
def test_the_browser_test_can_fail(tmp_path: Path) -> None:
    html = page.render(run(RELEASED)).replace("</main>", "<script>1</script><img src='http://x.invalid/a'></main>")
    done = browse(tmp_path, html, "--dump-dom")
    assert "CONSOLE" in done.stderr
    assert "Content Security Policy" in done.stderr


@browser
@pytest.mark.parametrize("dark", [False, True])
def test_a_browser_paints_it(tmp_path: Path, dark: bool) -> None:
    options = ["--window-size=900,1200", f"--screenshot={tmp_path / 'page.png'}"]
    if dark:
        options.append("--blink-settings=preferredColorScheme=0")
    assert browse(tmp_path, page.render(run(RELEASED)), *options).returncode == 0
    picture = (tmp_path / "page.png").read_bytes()
    assert len(picture) > 20_000
    assert (sum(first_pixel(picture)) < 150) is dark


def first_pixel(picture: bytes) -> bytes:
    """Red, green and blue in the upper left corner, where nothing stands: no filter of PNG changes the first pixel."""
    at, data = 8, b""
    while at < len(picture):
        size = int.from_bytes(picture[at : at + 4])
        data += picture[at + 8 : at + 8 + size] if picture[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + size
    return zlib.decompress(data)[1:4]


@browser
def test_a_browser_prints_it(tmp_path: Path) -> None:
    done = browse(tmp_path, page.render(run(RELEASED)), f"--print-to-pdf={tmp_path / 'page.pdf'}")
    assert done.returncode == 0
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("microseconds", "words"),
    [
        (0, "0 ms"),
        (320_400, "320 ms"),
        (22_778_590, "22.8 s"),
        (61_000_000, "00:01:01"),
        (7_384_000_000, "02:03:04"),
        (273_906_000_000, "3 d 04:05:06"),
    ],
)
def test_durations_in_words(microseconds: int, words: str) -> None:
    assert page._lasting(microseconds) == words
