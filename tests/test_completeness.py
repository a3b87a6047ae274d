"""Nothing is left out: modules have tests, commands are documented, samples are scrubbed and hold invented values."""

from __future__ import annotations

import gzip
import importlib.util
import ipaddress
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scrubber.payloadlines import joined

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
SAMPLES = sorted(path for path in (ROOT / "samples").iterdir() if path.is_file())

RESERVED = [
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/32", "10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"),
        *("::1/128", "2001:db8::/32", "3fff::/20", "fc00::/7", "fe80::/10"),
    )
]
"""Private ranges and those set aside for documentation (RFC 1918, 3849, 4193, 5737, 9637)."""
RELEASES = {"66.86.0.15"}
"""Versions of programs that look like addresses."""
NUMBER = re.compile(
    r"1\d{3}55501\d\d"  # North America: 555-0100 to 0199 of any area
    r"|44(?:2079460|1134960|1632960|7700900)\d{3}"  # United Kingdom: blocks set aside for drama
)
PUBLIC_TOP = "com|net|org|info|biz|io|eu|de|fr|uk|us|ru|cn|jp|nl|ch|at|pl|it|es|se|invalid|local|lan"
DOMAIN = re.compile(rf"(?<![\w.-])(?:[a-z0-9-]+\.)+(?:{PUBLIC_TOP}|example)(?![\w.-])", re.IGNORECASE)
INVENTED = re.compile(r"(?:.+\.)?example(?:\.(?:com|net|org))?\Z|.+\.invalid\Z", re.IGNORECASE)

PLANTED = """
Archer Bellweather Quarles Dunmore O'Malley Ångström Дарья Соколова
pbx.example.com sip.carrier.example edge.example.net voice.example.org directory.example.com db01.example.com
198.51.100.23 198.51.100.41 198.51.100.61 198.51.100.77 203.0.113.10 203.0.113.30 203.0.113.80 198.51.100.199
192.168.40.21 192.168.40.22 192.168.40.31 192.168.40.43 192.168.8.20 192.168.9.4 3fff:40::22 3fff:40::1f
442079460321 12025550143 12025550178 1632960417 1632-960417
alice.archer bob.bellweather dsokolova carol.angstrom
Blue-Kettle-71 Velvet-Anchor-12 Copper-Lantern-88 Amber-Falcon-63 6a1fd47c20e95b83 9f41c2d07be6 41c0d9e2 41c0d9e7
WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz NzB4d1BINUAvLEw6UzF3WSJ+PSdFcGdUJShpX1Zj ZGF2ZTpSZWQtUGVubnktNDQ=
00:00:5e:00:53:2a 00005e00532a 00005e0053af c0a82815 RGF2ZSBEdW5tb3Jl Carol%20%C3%85ngstr%C3%B6m
a84b4c76e66710 asThgrlg71 68b2e6fd4c0a9d1e 0b6a91c45d2f7e833a1c 00JAzA7H9LL7rWIRscQZFarG91zpt0B 4c0d7e19a2b3
56a390f3d2b7310023a2 APA91bExampleToken0000
""".split()
"""Values of the samples that must not be found in what comes out; all are too long to appear by chance."""
PLANTED_TEXT = ("Dock Street", "is 5519", "code is 7713", "entered '4071'", "password '90125'")
KEY = bytes(range(32)).hex()
"""A fixed key: a private address may by chance get the pseudonym that looks like another one."""


def package_folder() -> Path:
    spec = importlib.util.find_spec("scrubber")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


PACKAGE = package_folder()
MODULES = sorted(
    path.relative_to(PACKAGE)
    for path in PACKAGE.rglob("*.py")
    if not path.name.startswith("__") and "_rules" not in path.parts
)
COMMANDS = sorted(path.stem for path in (PACKAGE / "commands").glob("*.py") if not path.stem.startswith("_"))


def readable(path: Path) -> str:
    """The text of a sample or of its scrubbed copy, whatever wraps it."""
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    if data.startswith(b"\xff\xfe"):
        return data.decode("utf-16")
    shown = joined(data)
    return (data if shown is None else shown.text).decode("utf-8", "replace")


@pytest.fixture(scope="module")
def scrubbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every sample scrubbed in one run, the way a user does it: name of the copy and its text, if it was released."""
    out = tmp_path_factory.mktemp("scrubbed") / "samples"
    code = "from scrubber.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "clean", str(ROOT / "samples"), "-o", str(out), "--quiet"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NO_COLOR": "1", "SCRUBBER_KEY": KEY},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in {0, 10}, done.stdout + done.stderr
    return {path.name: readable(path) for path in out.rglob("*") if path.is_file()}


@pytest.mark.parametrize("module", MODULES, ids=Path.as_posix)
def test_module_has_its_test(module: Path) -> None:
    test = TESTS / module.parent / f"test_{module.name}"
    assert test.is_file(), f"{module.as_posix()} has no {test.relative_to(ROOT).as_posix()}"


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_documented(command: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"\bscrubber {command}\b", readme), f"README.md does not show 'scrubber {command}'"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_sample_is_scrubbed(sample: Path, scrubbed: dict[str, str]) -> None:
    assert sample.name in scrubbed, f"{sample.name} was not released"
    before, after = readable(sample), scrubbed[sample.name]
    held = [value for value in (*PLANTED, *PLANTED_TEXT) if value.lower() in before.lower()]
    assert held, f"{sample.name} holds none of the planted values"
    assert [value for value in held if value.lower() in after.lower()] == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_sample_keeps_its_shape(sample: Path, scrubbed: dict[str, str]) -> None:
    assert sample.name in scrubbed, f"{sample.name} was not released"
    before, after = readable(sample), scrubbed[sample.name]
    start = re.compile(r"^(?:[A-Z]+(?= \S+ SIP/2\.0\r?$)|SIP/2\.0 \d{3} .*)", re.MULTILINE)
    assert start.findall(after) == start.findall(before)
    sequence = re.compile(r"^CSeq: .*", re.MULTILINE)
    assert sequence.findall(after) == sequence.findall(before)


def test_every_planted_value_is_somewhere() -> None:
    text = "\n".join(readable(sample) for sample in SAMPLES).lower()
    assert [value for value in (*PLANTED, *PLANTED_TEXT) if value.lower() not in text] == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_sample_holds_invented_values_only(sample: Path) -> None:
    text = readable(sample)
    found = set(re.findall(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])", text)) - RELEASES
    found |= set(re.findall(r"(?<![\w:.])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:.])", text))
    for value in found:
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            continue  # a time of day, a MAC address
        assert any(address in network for network in RESERVED if network.version == address.version), value
    # How tshark names its fields, and the beginnings and ends of names that a dump of octets breaks.
    text = re.sub(r"\bsip\.[a-z_.]+|^[0-9a-f]{4} .*$", "", text, flags=re.MULTILINE)
    foreign = [domain for domain in DOMAIN.findall(text) if not INVENTED.match(domain)]
    assert foreign == []
    numbers = re.findall(r"(?:\+|(?<=sip:)00|(?<=@from-internal:)00)(\d{9,15})", text)
    assert [number for number in numbers if not NUMBER.fullmatch(number)] == []
