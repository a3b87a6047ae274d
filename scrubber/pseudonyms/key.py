"""The key: the only source of secrecy behind every pseudonym.

A pseudonym is a pure function of the key, a domain (what kind of value it is) and the value. Everything rests on keyed
BLAKE2b (RFC 7693): a digest for tokens, an integer for a choice, and a Feistel network over digests for permutations
of a range, so that short values never collide.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import blake2b
from math import isqrt
from typing import NoReturn

from scrubber.model import KeyFileError

KEY_SIZE = 32
"""Bytes of key material."""

_DIGEST_SIZE = 64
_ROUNDS = 10
"""As in FF1 (NIST SP 800-38G); the ranges here are as small, and the values as guessable, as there."""
_SMALL_ROOT = 16
_CYCLE_LIMIT = 1_000_000
_PREPARED_LIMIT = 4096
_NETWORKS_LIMIT = 48
"""Feistel networks that are remembered: those of telephone numbers, words and decimals recur, few in number."""
_HALVES_ROOT = 1 << 10
"""Up to this side of the square a network remembers what its rounds make of each half."""
_IMAGES_LIMIT = 1 << 14
"""Images in small ranges that are remembered: the first octets of addresses recur."""

_Round = Callable[[int], int]
"""A keyed function of one half of a number."""


class _Halves(dict[int, int]):
    """What one round makes of each half of a small square."""

    __slots__ = ("_apply",)

    def __init__(self, apply: _Round) -> None:
        super().__init__()
        self._apply = apply

    def __missing__(self, half: int) -> int:
        result = self[half] = self._apply(half)
        return result


class Key:
    """32 bytes of secret material and the keyed functions built on it.

    A domain is at most 16 bytes (the ``person`` parameter of BLAKE2b) and should be a constant of the calling module:
    equal values in different domains give unrelated results.
    """

    __slots__ = ("_images", "_material", "_networks", "_prepared")

    def __init__(self, material: bytes) -> None:
        """Take exactly 32 bytes; anything else raises ``KeyFileError``."""
        if len(material) != KEY_SIZE:
            raise KeyFileError(f"a key is {KEY_SIZE} bytes")
        self._material = bytes(material)
        self._prepared: dict[tuple[bytes, int], Callable[[], blake2b]] = {}
        self._networks: dict[tuple[bytes, int, bytes], list[_Round]] = {}
        self._images: dict[tuple[bytes, int, int, bytes], int] = {}

    def __repr__(self) -> str:
        """Hide the material: a key never shows in a log line or a traceback."""
        return "Key(<hidden>)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a key reaches another process as a file or a secret, never as a task argument."""
        raise TypeError("a key is not pickled; hand it over as a file")

    @classmethod
    def fresh(cls) -> Key:
        """Make a key from the operating system's random source."""
        return cls(secrets.token_bytes(KEY_SIZE))

    @property
    def material(self) -> bytes:
        """The 32 secret bytes, for the one place that stores or hands over a key."""
        return self._material

    def derive(self, label: bytes) -> Key:
        """Return the independent key that belongs to ``label``."""
        return Key(self.digest(b"derive", label, KEY_SIZE))

    def digest(self, domain: bytes, value: bytes, size: int) -> bytes:
        """Return ``size`` keyed bytes (one or more) of ``value``; digests of other sizes are unrelated up to 64 bytes.

        A longer digest is the expansion of one 64-byte seed by a counter.
        """
        if size > _DIGEST_SIZE:
            return self._expand(domain, value, size)
        prepared = self._prepared.get((domain, size))
        if prepared is None:
            prepared = self._prepare(domain, size)
        state = prepared()
        state.update(value)
        return state.digest()

    def integer(self, domain: bytes, value: bytes, modulus: int) -> int:
        """Return a keyed integer in ``range(modulus)``; the bias is below 2**-128. Modulus must be 1 or more."""
        if modulus < 1:
            raise ValueError("the modulus is at least 1")
        return int.from_bytes(self.digest(domain, value, modulus.bit_length() // 8 + 17), "big") % modulus

    def permute(self, domain: bytes, number: int, size: int, tweak: bytes = b"") -> int:
        """Return the image of ``number`` under a keyed bijection of ``range(size)``; each tweak has one of its own.

        Below a million (and above one) no number is its own image: a random permutation of a small range leaves some in
        place, and an original that stays is a leak. So small ranges use one random cycle through all numbers: forward
        through a permutation, one step on, and back. Larger ones use the permutation alone. ``ValueError`` when
        ``number`` is outside the range.
        """
        if not 0 <= number < size:
            raise ValueError("the number is outside the range")
        if size == 1:
            return 0
        if size > _SMALL_ROOT**2:
            root = isqrt(size - 1) + 1
            rounds = self._rounds(domain, size, tweak)
            number = _forward(rounds, root, size, number)
            return number if size >= _CYCLE_LIMIT else _backward(rounds, root, size, (number + 1) % size)
        image = self._images.get((domain, number, size, tweak))
        if image is None:
            image = _next_in_cycle(self._small_rounds(domain, size, tweak), isqrt(size - 1) + 1, size, number)
            if len(self._images) >= _IMAGES_LIMIT:
                self._images.clear()
            self._images[domain, number, size, tweak] = image
        return image

    def _rounds(self, domain: bytes, size: int, tweak: bytes) -> list[_Round]:
        """The round functions of one network; each has taken in what is the same for all halves."""
        rounds = self._networks.pop((domain, size, tweak), None)
        if rounds is None:
            rounds = self._network(domain, size, tweak)
            if len(self._networks) >= _NETWORKS_LIMIT:
                del self._networks[next(iter(self._networks))]
        self._networks[domain, size, tweak] = rounds
        return rounds

    def _network(self, domain: bytes, size: int, tweak: bytes) -> list[_Round]:
        root = isqrt(size - 1) + 1
        width = (isqrt(size - 1).bit_length() + 7) // 8
        prepared = self._prepared.get((domain, -width)) or self._prepare(domain, -width)

        def bound(head: bytes) -> _Round:
            begun = prepared()
            begun.update(head)
            copy, number = begun.copy, int.from_bytes

            def apply(half: int) -> int:
                state = copy()
                state.update(half.to_bytes(width, "big"))
                return number(state.digest(), "big") % root

            return _Halves(apply).__getitem__ if root <= _HALVES_ROOT else apply

        return [bound(b"%d,%d,%b," % (step, size, tweak)) for step in range(_ROUNDS)]

    def _small_rounds(self, domain: bytes, size: int, tweak: bytes) -> bytes:
        """Take all round functions as tables, one behind the other, from one digest: several times as fast."""
        return self._expand(domain, b"%d,%b" % (size, tweak), _ROUNDS * (isqrt(size - 1) + 1))

    def _prepare(self, domain: bytes, size: int) -> Callable[[], blake2b]:
        """Return a source of keyed states for one domain and size: setting up the key costs as much as a short digest.

        A negative size stands for the rounds of ``permute`` over halves of that many bytes, eight bytes wider and under
        a salt of their own, so that they share nothing with ``digest``.
        """
        if len(self._prepared) >= _PREPARED_LIMIT:
            self._prepared.clear()
        width, salt = (size, b"") if size >= 0 else (8 - size, b"permute")
        prepared = blake2b(key=self._material, person=domain, salt=salt, digest_size=width).copy
        self._prepared[domain, size] = prepared
        return prepared

    def _expand(self, domain: bytes, value: bytes, size: int) -> bytes:
        state = blake2b(value, key=self._material, person=domain, salt=b"expand", digest_size=_DIGEST_SIZE)
        seed = state.digest()
        blocks = [
            blake2b(block.to_bytes(8, "big"), key=seed, person=domain, digest_size=_DIGEST_SIZE).digest()
            for block in range(-(-size // _DIGEST_SIZE))
        ]
        return b"".join(blocks)[:size]


def _next_in_cycle(tables: bytes, root: int, size: int, number: int) -> int:
    """``_forward``, one step on, and ``_backward``, with round functions that are tables of ``root`` octets each."""
    offsets = range(0, len(tables), root)
    while True:
        left, right = divmod(number, root)
        for offset in offsets:
            left, right = right, (left + tables[offset + right]) % root
        number = left * root + right
        if number < size:
            break
    number = (number + 1) % size
    while True:
        left, right = divmod(number, root)
        for offset in reversed(offsets):
            left, right = (right - tables[offset + left]) % root, left
        number = left * root + right
        if number < size:
            return number


def _forward(rounds: list[_Round], root: int, size: int, number: int) -> int:
    """Permute ``range(size)`` by a balanced Feistel network over the smallest square that holds it.

    Halves are added modulo ``root``, the side of the square; a result outside the range walks on until it is inside
    (Black and Rogaway, *Ciphers with Arbitrary Finite Domains*). The square exceeds the range by little, so walks are
    short.
    """
    while True:
        left, right = divmod(number, root)
        for apply in rounds:
            left, right = right, (left + apply(right)) % root
        number = left * root + right
        if number < size:
            return number


def _backward(rounds: list[_Round], root: int, size: int, number: int) -> int:
    """Undo ``_forward``."""
    while True:
        left, right = divmod(number, root)
        for apply in reversed(rounds):
            left, right = (right - apply(left)) % root, left
        number = left * root + right
        if number < size:
            return number
