"""Keyed digests, integers and permutations."""

from __future__ import annotations

import copy
import pickle
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.model import KeyFileError
from scrubber.pseudonyms.key import Key

MATERIAL = bytes(range(32))
KEY = Key(MATERIAL)
OTHER = Key(bytes(32))


@pytest.mark.parametrize("size", [0, 1, 16, 31, 33, 64])
def test_key_is_32_bytes(size: int) -> None:
    with pytest.raises(KeyFileError):
        Key(b"k" * size)


def test_repr_hides_material() -> None:
    assert MATERIAL.hex() not in repr(KEY)
    assert repr(KEY) == repr(OTHER)
    assert KEY.material == MATERIAL


@pytest.mark.parametrize("carry", [pickle.dumps, copy.deepcopy])
def test_key_refuses_to_be_pickled(carry: object) -> None:
    with pytest.raises(TypeError):
        carry(KEY)  # type: ignore[operator]


def test_fresh_keys_differ() -> None:
    assert Key.fresh().material != Key.fresh().material


def test_known_answers() -> None:
    # A change here changes every pseudonym of every case that is still open.
    assert KEY.digest(b"test", b"value", 8).hex() == "e860d4a05c94f5d5"
    assert KEY.digest(b"test", b"value", 100)[-8:].hex() == "b5dd1b52f4e3fc68"
    assert KEY.integer(b"test", b"value", 10**9) == 516281435
    assert KEY.permute(b"test", 5, 100) == 50
    assert KEY.permute(b"test", 5, 10**4) == 8078
    assert KEY.permute(b"test", 5, 10**12) == 325898950057
    assert KEY.derive(b"case").material[:8].hex() == "8d0601bc13c143c0"


@given(st.binary(max_size=300), st.integers(1, 300))
def test_digest_has_the_size_asked_for_and_is_a_function(value: bytes, size: int) -> None:
    assert len(KEY.digest(b"d", value, size)) == size
    assert KEY.digest(b"d", value, size) == Key(MATERIAL).digest(b"d", value, size)


@pytest.mark.parametrize("size", [16, 64, 65, 500])
def test_digests_depend_on_key_domain_and_value(size: int) -> None:
    digests = {
        KEY.digest(b"d", b"v", size),
        KEY.digest(b"e", b"v", size),
        KEY.digest(b"d", b"w", size),
        OTHER.digest(b"d", b"v", size),
        KEY.derive(b"label").digest(b"d", b"v", size),
    }
    assert len(digests) == 5


def test_digest_state_is_not_shared_between_values() -> None:
    first = KEY.digest(b"state", b"a", 16)
    KEY.digest(b"state", b"b", 16)
    assert KEY.digest(b"state", b"a", 16) == first


def test_prepared_states_are_bounded() -> None:
    key = Key(MATERIAL)
    for number in range(5000):
        key.digest(b"%d" % number, b"", 8)
    assert len(key._prepared) <= 4096


def test_derived_keys_are_independent() -> None:
    assert len({KEY.derive(label).material for label in (b"", b"a", b"b")} | {MATERIAL}) == 4
    assert KEY.derive(b"a").material == Key(MATERIAL).derive(b"a").material


@given(st.binary(max_size=20), st.integers(1, 10**60))
def test_integer_is_below_the_modulus(value: bytes, modulus: int) -> None:
    assert 0 <= KEY.integer(b"i", value, modulus) < modulus


def test_integer_needs_a_modulus() -> None:
    with pytest.raises(ValueError, match="modulus"):
        KEY.integer(b"i", b"", 0)


@pytest.mark.parametrize("size", [*range(1, 40), 90, 156, 256, 257, 258, 1000, 1024, 9000])
def test_permutation_of_a_small_range_is_a_bijection(size: int) -> None:
    images = [KEY.permute(b"p", number, size, b"tweak") for number in range(size)]
    assert sorted(images) == list(range(size))
    assert size == 1 or all(image != number for number, image in enumerate(images))


@given(st.integers(2, 10**40), st.data())
def test_permutation_of_a_large_range_does_not_collide(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, size - 1))
    second = data.draw(st.integers(0, size - 1))
    images = KEY.permute(b"p", first, size), KEY.permute(b"p", second, size)
    assert all(0 <= image < size for image in images)
    assert (images[0] == images[1]) == (first == second)


@pytest.mark.parametrize(("number", "size"), [(-1, 10), (10, 10), (0, 0), (1, 1)])
def test_permutation_refuses_a_number_outside_the_range(number: int, size: int) -> None:
    with pytest.raises(ValueError, match="range"):
        KEY.permute(b"p", number, size)


@pytest.mark.parametrize("size", [200, 10**6])
def test_permutations_depend_on_key_domain_tweak_and_size(size: int) -> None:
    def image(key: Key, domain: bytes, tweak: bytes, size: int) -> tuple[int, ...]:
        return tuple(key.permute(domain, number, size, tweak) for number in range(8))

    images = {
        image(KEY, b"p", b"", size),
        image(KEY, b"q", b"", size),
        image(KEY, b"p", b"t", size),
        image(OTHER, b"p", b"", size),
        image(KEY, b"p", b"", size + 1),
    }
    assert len(images) == 5


def test_every_cycle_through_a_tiny_range_is_about_as_likely() -> None:
    counts = Counter(tuple(KEY.permute(b"p", number, 4, b"%d" % tweak) for number in range(4)) for tweak in range(600))
    cycles = {(0, *rest) for rest in permutations((1, 2, 3))}
    assert set(counts) == {tuple(cycle[(cycle.index(number) + 1) % 4] for number in range(4)) for cycle in cycles}
    assert min(counts.values()) > 50
    assert max(counts.values()) < 160


@pytest.mark.parametrize("size", [10, 90, 1000])
def test_images_are_spread_evenly(size: int) -> None:
    draws = 40 * (size - 1)
    counts = Counter(KEY.permute(b"p", 0, size, b"%d" % tweak) for tweak in range(draws))
    chi_square = sum((counts[image] - 40) ** 2 / 40 for image in range(1, size))
    assert chi_square < size + 6 * (2 * size) ** 0.5


@pytest.mark.parametrize("size", [90, 9000, 10**6, 10**12])
def test_what_is_remembered_changes_nothing(size: int) -> None:
    warm = Key(bytes(range(32)))
    tweaks = [b"%d" % number for number in range(60)]
    images = [warm.permute(b"p", 7, size, tweak) for tweak in tweaks]
    assert [warm.permute(b"p", 7, size, tweak) for tweak in tweaks] == images
    assert [Key(bytes(range(32))).permute(b"p", 7, size, tweak) for tweak in tweaks] == images
