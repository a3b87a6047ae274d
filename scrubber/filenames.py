"""Names of files and folders: what they teach, and what they become, one component at a time.

A name is read as free text with everything learned. Its extension is looked up in a table, never taken as it stands:
what follows the last dot of ``john.smith`` is no extension. What looks like a person or a device that nobody has
learned is replaced, too, but teaches nothing: it is a guess.
"""

from __future__ import annotations

import re
from collections.abc import Container

from scrubber.engine import Learner, Rewriter
from scrubber.model import Entity
from scrubber.originals import RUN
from scrubber.readings.vocabulary import WORDS
from scrubber.spans import resolve

RULE = "file-name"
LONGEST = 255
"""Bytes of a name that file systems take."""

_PACKED = frozenset("gz bz2 xz zst zstd lz4".split())
_EXTENSIONS = _PACKED | frozenset(
    """
    log txt text out err old bak prev csv tsv json jsonl ndjson xml html htm md yaml yml ini conf cfg cnf config inc
    properties toml env sql db sqlite sqlite3 data meta dump core dmp mdmp pcap pcapng cap ncap pdml psml trace sip hep
    har eml vcf ics ael lua xsl xslt dtd wsdl service plist reg evtx etl journal
    tar tgz tbz tbz2 txz tzst zip 7z rar cab deb rpm
    wav wav49 mp3 mp4 m4a ogg opus flac gsm ulaw alaw ul al sln slin sln16 g722 g729 amr au raw avi mkv webm
    png jpg jpeg gif bmp tif tiff ico svg webp pdf doc docx xls xlsx ppt pptx odt ods rtf
    pem crt cer key csr der p12 pfx jks keystore pub asc gpg
    sh py pl php js css c h so exe dll msi apk ipa bin dat rom fw
    """.split()
)
_TWO_WORDS = re.compile(
    r"(?:[0-9]{4,20}[-_.])?(?P<first>[A-Z]?[a-z]{2,32})(?:[._]|-(?=[A-Z])|(?=[A-Z]))(?P<last>[A-Z]?[a-z]{2,32})"
    r"(?:[-_.]?[0-9][0-9_.-]{0,20})?"
)
"""How people call a file after somebody: ``keller_otto``, ``OttoKeller``, between numbers and dates."""
_PROPER = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]{2,32}")
_ROW = re.compile(r"(?<![A-Za-z])[A-Z][a-z]{2,32}(?:[_.-][A-Z][a-z]{2,32}){1,3}(?![A-Za-z])")
"""Words with capitals side by side, in a longer name: ``Otto_Keller_call``."""
_OF_MACHINE = re.compile(
    r"(?:sosreport|sos|support|diag|diagnostics?|backup|bundle|dump|export|snapshot|debug|logs?)[-_]"
    r"(?P<host>(?=[a-z-]{0,40}[0-9])[a-z][a-z0-9]{3,30}|[a-z][a-z0-9]{1,20}-(?=[a-z-]{0,40}[0-9])[a-z0-9-]{2,30}?)"
    r"(?:[-_.](?:19|20)[0-9]{2}[0-9T_.-]{2,20})?"
)
"""What a collection of a machine's files is called: ``sosreport-pbx7-2026-03-01``."""
_JOINTS = str.maketrans("_.-", "   ")
_DEVICE = re.compile(
    r"(?<![0-9A-Fa-f])(?<![0-9A-Fa-f]{4}-)(?=[A-Fa-f]{0,11}[0-9])(?=[0-9]{0,11}[A-Fa-f])[0-9A-Fa-f]{12}(?![0-9A-Za-z])"
)
"""A hardware address without separators, but not the end of a UUID."""
_UNDECODED = re.compile(r"[\ud800-\udfff]")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/]")


_TAUGHT = frozenset((Entity.USER, Entity.NAME, Entity.EXTENSION, Entity.NUMBER, Entity.MAC, Entity.EMAIL))
"""What a name of a file may teach; a host may be a file called ``install.sh``."""


def teach(learner: Learner, path: str) -> None:
    """Learn from a path, its components joined by slashes: homes, mailboxes, recordings, devices."""
    whole = b"/" + path.lstrip("/").encode("utf-8", "surrogateescape")
    # A bundle often has a folder of its own around the tree of the machine.
    for raw in {whole, whole[whole.find(b"/", 1) :]}:
        for start, end, entity, rule in resolve(learner.reader.scanner.findings(raw)):
            if entity in _TAUGHT and b"/" not in raw[start:end]:
                learner.reader.value(entity, raw[start:end], rule)


def split(name: str) -> tuple[str, str]:
    """A name and its extension with the dot, ``.tar.gz`` and ``.log.1.gz`` as a whole; both joined are the name."""
    stem, extension = _cut(name)
    if extension[1:].lower() in _PACKED:
        stem, inner = _cut(stem)
        extension = inner + extension
    return stem, extension


def _cut(name: str) -> tuple[str, str]:
    stem, dot, last = name.rpartition(".")
    return (stem, dot + last) if stem and last.lower() in _EXTENSIONS else (name, "")


def rewritten(rewriter: Rewriter, name: str) -> str:
    """One component of a path; its extension stays."""
    new = _rewritten(rewriter, name)
    stem = split(name)[0]
    for entity, word in _guessed(stem, rewriter.reader.rules.stop_words) + _identified(rewriter, stem):
        new = new.replace(word, rewriter.reader.value(entity, word.encode(), RULE).decode("utf-8", "replace"), 1)
    return _fitting(_UNSAFE.sub("_", new))


def _guessed(stem: str, stop_words: Container[bytes]) -> list[tuple[Entity, str]]:
    """What looks like a device or a person: two words in a row, or capitals in a phrase, that are no vocabulary."""
    found = [(Entity.MAC, device[0]) for device in _DEVICE.finditer(stem)]
    machine = _OF_MACHINE.fullmatch(stem)
    if machine is not None and not all(
        _is_vocabulary(part.rstrip("0123456789"), stop_words) for part in machine["host"].split("-")
    ):
        found.append((Entity.HOST, machine["host"]))
    two = _TWO_WORDS.fullmatch(stem)
    if two is not None and not any(_is_vocabulary(word, stop_words) for word in two.groups()):
        return found + [(Entity.NAME, word) for word in two.groups()]
    rows = (row[0].translate(_JOINTS).split() for row in _ROW.finditer(stem))
    named = [word for row in rows if not any(_is_vocabulary(word, stop_words) for word in row) for word in row]
    words = _PROPER.findall(stem) if " " in stem else named
    return found + [(Entity.NAME, word) for word in words if not _is_vocabulary(word, stop_words)]


def _identified(rewriter: Rewriter, stem: str) -> list[tuple[Entity, str]]:
    """Identifiers that a file holds and its name, too: free text is not swept for the short ones."""
    runs = RUN.findall(_UNDECODED.sub("_", stem).encode())
    return [(Entity.IDENTIFIER, run.decode()) for run in dict.fromkeys(runs) if rewriter.met(run)]


def _is_vocabulary(word: str, stop_words: Container[bytes]) -> bool:
    lowered = word.lower().encode()
    return lowered in WORDS or lowered in stop_words


def _rewritten(rewriter: Rewriter, name: str) -> str:
    stem, extension = split(name)
    if not _is_text(stem):
        # Bytes in an unknown encoding may spell a learned name in one that nobody looks for.
        unknown = _UNDECODED.sub("x", stem).encode()
        return rewriter.reader.value(Entity.NAME, unknown, RULE).decode("utf-8", "replace") + extension
    whole = rewriter.rewrite_name(name)
    if whole.endswith(extension):
        return whole
    # The extension was taken for a part of what stands before it, such as a top-level domain.
    alone = rewriter.rewrite_name(stem)
    return (whole if alone == stem else alone) + extension


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fitting(name: str) -> str:
    """The name, shortened before its extension if need be."""
    stem, extension = split(name)
    room = LONGEST - len(extension.encode("utf-8", "surrogateescape"))
    raw = stem.encode("utf-8", "surrogateescape")
    return name if len(raw) <= room else raw[:room].decode("utf-8", "ignore") + extension
