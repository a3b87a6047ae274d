"""Names, words and user parts: fictitious letters of the same shape.

A value is cut into runs of letters and runs of digits; everything else stays. A run of letters is replaced by one of
the same number of characters, the same bytes, the same script and the same pattern of capitals; equal runs give equal
runs whatever their case, Unicode form (NFC or NFD) or charset (UTF-8 or Latin-1), so ``Alice Smith``, ``alice.smith``
and ``ALICE`` stay one person. A run of digits is a number or an extension and follows that map.

ASCII words of four letters or more begin with two consonants that begin no English word (``zv``, ``bx``, ``mg``) and,
from five letters on, alternate vowels and consonants: readable, fictitious on sight, never a protocol word and never
the name of another person in the same log. With 168 beginnings there are more than 10**5 of each length. Words of up to
three letters are permuted within their length, so they never collide but may be ordinary words.

Imports ``host`` for the domain of a mail address and ``number`` for digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from scrubber.pseudonyms.host import host
from scrubber.pseudonyms.key import Key
from scrubber.pseudonyms.number import EMPTY, number

_ONSETS = tuple(
    first + second
    for first, _, seconds in (
        row.partition(":")
        for row in (
            "b:fjkmnptvwxz c:jvx d:fgkvxz f:bghjknvwxz g:bdfjktvx h:bfgjnrvxz j:bcdfgklmnrtvwxz k:bcdfgjmptxz "
            "l:cgkmnrtvwxz m:fgjlnvwz n:fjklrvwxz p:bnvwxz r:jklmnvz s:xz t:gj v:cdfgjkrtwz w:dfjkmntvxz "
            "x:cdfgjklnrtvwz z:bcdfgjklmnprstvwx"
        ).split()
    )
    for second in seconds
)
_VOWELS = "aeiouy"
_CONSONANTS = "bcdfghjklmnprstvwxz"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_TO_VOWEL = bytes(ord(_VOWELS[octet % len(_VOWELS)]) for octet in range(256))
_TO_CONSONANT = bytes(ord(_CONSONANTS[octet % len(_CONSONANTS)]) for octet in range(256))
_PERMUTED = 3
"""ASCII words up to this length are permuted."""
_DIGEST = 64
_NORMALIZED = 256
"""Characters; normalisation of longer hostile runs of combining marks would not be linear."""

_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff\u0e31-\u0e4e"
    "\u0eb1-\u0ecd\u0f18-\u0f87\u102b-\u109d\u1780-\u17d3\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u3099\u309a"
)
"""Combining signs that belong to the word around them."""
_WORD = rf"(?P<word>(?:[^\W\d_]|(?!\d)[{_MARKS}])+)"
_RUN = re.compile(rf"(?P<digits>\d+)|{_WORD}")
_NAME_RUN = re.compile(rf"(?P<number>\+?[0-9](?:[ ().\-/]{{0,2}}[0-9]){{6,17}}(?![0-9]))|(?P<digits>\d+)|{_WORD}")
_ANY_DIGIT = re.compile(rb"[0-9]")
_OCTET_RUN = re.compile(r"(?P<digits>[0-9]+)|(?P<word>[A-Za-z\x80-\xff]+)")
_CUT = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")

_SPECIAL_NAMES = frozenset(
    {
        *b"anonymous unknown restricted unavailable private withheld blocked asterisk none null nil n/a".split(),
        *(b"unknown caller", b"caller unknown", b"private number", b"private caller", b"number withheld", b"no name"),
        *(b"out of area", b"not available", b"no caller id", b"no number", b"anonymous caller", b"unknown number"),
    }
)
"""Names that say there is none."""
_SPECIAL_USERS = frozenset(
    b"anonymous unknown unavailable restricted asterisk ping keepalive s h i t o conference-factory".split()
)
"""User parts that name a service or a dial-plan entry, nobody (RFC 3323, RFC 4579, Asterisk's standard extensions)."""

_SECTION = re.compile(
    rb"(?i)((?:[io]?auth|aor|identify|endpoint|registration|reg|transport)[-_])?([^-_\s@]{3,64})"
    rb"((?(1)|[-_](?:[io]?auth|aor|identify|endpoint|registration|reg|transport)))"
)
"""What configurations of Asterisk call the sections of an account: ``auth-alice``, ``alice-aor``."""

_KANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわ"
_VOICED_KANA = "がぎぐげござじずぜぞだでどばびぶべぼ"
_HANGUL = (
    "가거고구그기나너노누느니다더도두드디라러로루르리마머모무므미바버보부브비사서소수스시"
    "아어오우으이자저조주즈지차처초추츠치카커코쿠크키타터토투트티파퍼포푸프피하허호후흐히"
)
_HAN = (
    "山岩岳岸峨峰峻崇崎崖川州泉泊泳洋洛洞津洪洲浦浩浮海涌涯淘淡深湖湘湛源滴漂漠漫潮澄木末本朴李杏材杉村杖束松板枕林枝柏柔柱柳柴栗桂桃桐桑梁"
    "梅梢梧梨棉棋棒棚森植椎楚槽樟檀日旦早旬旭昆明易星春昨晃景晴晶智暇暖曙月服朔望花芳芽苔苑茶茅草荷菊菌菜菱萄葛葵蒲蒸蓉蓬薄藤藩藻虹蛙蜂蜜"
    "蝶雀雁雄雅雨雪零雷霜霞玉玖珊珍珠班球理琉琢琳琴琵琶瑚瑞璃瓜瓢瓦甘田甲界畔略白百皿盆石砂硝硫碑碧磁磐磨礁竹竿笛符等筒策箔箱篇簿籍米粉粒粟"
    "粥精糖紫素羽翠翰翼舟航舶船艇角豆象赤走趣里重野量金釜阜原鹿麻黍鼎鼓音香弓弦布帆帽幅幌帖席庭序康彩彪彬影律微忍快恭"
)
"""Characters that the Chinese, Japanese and Korean legacy charsets share."""


def _katakana(hiragana: str) -> str:
    return "".join(chr(ord(char) + 0x60) for char in hiragana)


_SCRIPTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(f"[{characters}]"), alphabet)
    for characters, alphabet in (
        ("\u0080-\u00ff", "àáâãäåçèéêëìíîïñòóôõöùúûüý"),
        ("\u0100-\u024f", "ąćčďęěĺľńňőŕřśšťůűźžż"),
        ("\u1e00-\u1eff", "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"),
        ("άέήίόύώΆΈΉΊΌΎΏ", "άέήίόύώ"),
        ("\u0370-\u03ff", "αβγδεζηθικλμνξοπρστυφχψω"),
        ("\u1f00-\u1fff", "ἀἁἐἑἠἡἰἱὀὁὠὡ"),
        ("\u0400-\u052f", "абвгдежзиклмнопрстуфхцчшэюя"),
        ("\u0531-\u0586", "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ"),
        ("\u05d0-\u05ea", "אבגדהוזחטיכלמנסעפצקרשת"),
        ("\u0620-\u064a\u066e-\u06d3\u06ee-\u06ff", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"),
        ("\u0e01-\u0e2e", "กขคงจชซดตถทนบปผพฟมยรลวสหอ"),
        (_VOICED_KANA, _VOICED_KANA),
        ("\u3041-\u3096", _KANA),
        (_katakana(_VOICED_KANA), _katakana(_VOICED_KANA)),
        ("\u30a1-\u30fa", _katakana(_KANA)),
        (_HANGUL, _HANGUL),
        ("\uac00-\ud7a3", "".join(chr(ord(char) + 4) for char in _HANGUL)),  # with a final consonant
        ("\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff", _HAN),
        ("\uff21-\uff3a\uff41-\uff5a", "".join(chr(0xFF41 + place) for place in range(26))),
    )
)
"""Characters of a script that have one length in UTF-8, and lower-case letters of that length to stand for them.

Letters with diacritics decompose as the replaced ones do, and are in the ISO 8859 part of their language."""


def word(key: Key, value: bytes, plan: Mapping[bytes, bytes] = EMPTY) -> bytes:
    """Return the surrogate of one word: letters for letters, digits for digits, everything else in place.

    Same number of characters and bytes. ``plan`` (see :func:`number`) matters for runs of seven digits or more alone.
    """
    return _spelled(key, value, plan, _RUN)


def name(key: Key, value: bytes, plan: Mapping[bytes, bytes] = EMPTY) -> bytes:
    """Return the surrogate of a display name, its separators kept; names that say there is none stay.

    A telephone number inside the name, separators and all, follows the number map. Quoting and encoded words must be
    undone first.
    """
    if value.strip(b" <>()\"'").lower() in _SPECIAL_NAMES:
        return value
    return _spelled(key, value, plan, _NAME_RUN if _ANY_DIGIT.search(value) else _RUN)


def user(key: Key, value: bytes, plan: Mapping[bytes, bytes] = EMPTY) -> bytes:
    """Return the surrogate of a user part or account that is no number (``alice.smith``, ``desk7346``)."""
    if value.lower() in _SPECIAL_USERS:
        return value
    section = _SECTION.fullmatch(value)
    if section is None:
        return _spelled(key, value, plan, _RUN)
    before, account, after = section.groups(b"")
    return before + _spelled(key, account, plan, _RUN) + after


def email(key: Key, value: bytes, plan: Mapping[bytes, bytes] = EMPTY) -> bytes:
    """Return ``user@host``, both mapped by their own maps; without ``@``, a user."""
    local, at, domain = value.rpartition(b"@")
    return user(key, local, plan) + at + host(key, domain, plan) if at else user(key, value, plan)


def _spelled(key: Key, value: bytes, plan: Mapping[bytes, bytes], runs: re.Pattern[str]) -> bytes:
    """Replace the runs of a value in UTF-8, possibly cut inside its last character, or else in Latin-1."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        cut = _CUT.search(value)
        if cut is None or (body := _multibyte(value[: cut.start()])) is None:
            return _replaced(key, value.decode("latin-1"), plan, _OCTET_RUN).encode("latin-1")
        tail = cut[0]  # keep the first octet, which tells script and length, and blind the others
        blind = bytes(0x80 | octet & 0x3F for octet in key.digest(b"word-cut", value, len(tail)))
        return _replaced(key, body, plan, runs).encode() + tail[:1] + blind[1:]
    return (_replaced if text.isascii() else _composed)(key, text, plan, runs).encode()


def _multibyte(value: bytes) -> str | None:
    """The text of UTF-8 that is not just ASCII; after ASCII alone, high octets are more likely Latin-1 letters."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None
    return None if text.isascii() else text


def _composed(key: Key, text: str, plan: Mapping[bytes, bytes], runs: re.Pattern[str]) -> str:
    """Replace by way of the composed form, so that ``é`` and ``e`` with a combining accent give the same letters."""
    if len(text) > _NORMALIZED or unicodedata.is_normalized("NFC", text):
        return _replaced(key, text, plan, runs)
    composed = unicodedata.normalize("NFC", text)
    if unicodedata.normalize("NFD", text) == text:
        mapped = unicodedata.normalize("NFD", _replaced(key, composed, plan, runs))
        if len(mapped) == len(text) and len(mapped.encode()) == len(text.encode()):
            return mapped
    return _replaced(key, text, plan, runs)


def _replaced(key: Key, text: str, plan: Mapping[bytes, bytes], runs: re.Pattern[str]) -> str:
    def replace(run: re.Match[str]) -> str:
        if run.lastgroup == "word":
            return _word(key, run[0])
        if run[0].isascii():
            return number(key, run[0].encode(), plan).decode()
        folded = "".join(str(unicodedata.digit(char)) for char in run[0])
        mapped = number(key, folded.encode(), plan).decode()
        return "".join(
            chr(ord(char) - int(old) + int(new)) for char, old, new in zip(run[0], folded, mapped, strict=True)
        )

    return runs.sub(replace, text)


def _word(key: Key, run: str) -> str:
    """The surrogate of a run of letters."""
    if not run.isascii():
        return _other_script(key, run)
    lower = run.lower()
    mapped = _short(key, lower) if len(run) <= _PERMUTED else _pronounceable(key, lower)
    if run == lower:
        return mapped
    return mapped.upper() if run.isupper() else _capitalized(mapped, run)


def _capitalized(mapped: str, like: str) -> str:
    return "".join(new.upper() if old.isupper() else new for new, old in zip(mapped, like, strict=True))


@lru_cache(maxsize=32_768)
def _short(key: Key, lower: str) -> str:
    """A keyed permutation of the words of this length, none its own image; remembered, since it is slow."""
    index = 0
    for char in lower:
        index = index * 26 + ord(char) - 97
    mapped = key.permute(b"word", index, 26 ** len(lower))
    letters = []
    for _ in lower:
        mapped, letter = divmod(mapped, 26)
        letters.append(_LETTERS[letter])
    return "".join(reversed(letters))


def _pronounceable(key: Key, lower: str) -> str:
    length = len(lower)
    digest = key.digest(b"word", lower.encode(), _DIGEST)
    onset = _onset(digest)
    if length == _PERMUTED + 1:
        return onset + _LETTERS[digest[2] % 26] + _LETTERS[digest[3] % 26]
    stream = (digest * (length // _DIGEST + 1))[2:length]
    tail = bytearray(stream)
    tail[::2] = stream[::2].translate(_TO_VOWEL)
    tail[1::2] = stream[1::2].translate(_TO_CONSONANT)
    return onset + tail.decode()


def _onset(digest: bytes) -> str:
    return _ONSETS[(digest[0] << 8 | digest[1]) % len(_ONSETS)]


def _other_script(key: Key, run: str) -> str:
    """A run with letters beyond ASCII, character by character from the alphabet of each.

    Keyed by the composed form; diacritics that stand alone stay and do not count.
    """
    folded = run.casefold()
    composed = folded if len(run) > _NORMALIZED else unicodedata.normalize("NFC", folded)
    digest = key.digest(b"word", composed.encode(), _DIGEST)
    mapped = []
    place = 0
    for char in run:
        alphabet = (_VOWELS, _CONSONANTS)[place % 2] if char.isascii() else _alphabet(char)
        mapped.append(alphabet[digest[place % _DIGEST] % len(alphabet)])
        place += alphabet != char
    if len(run) > _PERMUTED and run[:2].isascii():
        mapped[:2] = _onset(digest)
    return _capitalized("".join(mapped), run)


@lru_cache(maxsize=4096)
def _alphabet(char: str) -> str:
    """Characters that may stand for ``char``: of a listed script, else of the same 64 code points and category."""
    for characters, alphabet in _SCRIPTS:
        if characters.match(char):
            return alphabet
    category = unicodedata.category(char)
    if "\u0300" <= char <= "\u036f" or category == "Cf":
        return char  # diacritics and joiners carry no letter
    first = ord(char) & ~63
    return "".join(chr(code) for code in range(first, first + 64) if unicodedata.category(chr(code)) == category)
