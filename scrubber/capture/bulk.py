"""RTP in bulk: most packets of a VoIP capture, rewritten in place by vector operations on long stretches of the file.

What is done here is what the reading of single packets does (:mod:`peel <scrubber.capture.peel>`,
:mod:`rtp <scrubber.capture.dissectors.rtp>`), to the octet; a packet with anything unusual in it
(:mod:`~scrubber.capture.usual`) is left to that. Packets of a stream share all of their headers but some numbers. What
the rest became once, it becomes again (:class:`~scrubber.capture.templates.Templates`), so that of most packets only
these numbers and the payload are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from scrubber.capture.payloads import FILL, payload_sums, silenced, silent_sums
from scrubber.capture.templates import MOST, Numbers, Templates
from scrubber.capture.usual import (
    CHECK,
    IPV4,
    IPV6,
    LINKS,
    NETWORKS,
    UDP,
    Network,
    begins,
    candidates,
    may_be_redundant,
    may_be_text,
    media,
    networks,
    pseudo,
)
from scrubber.capture.vectors import (
    MODULUS,
    Mask,
    Octets,
    Offsets,
    Sums,
    VectorMap,
    Words,
    gathered,
    scattered,
    store,
    stored,
    sums,
)
from scrubber.values import Values

NOTE = "rtp-payload"
"""The same note as for single packets."""
_SAMPLED = 256
"""Of so many packets of a run one is a sample."""
_LENGTH, _FILLED, _HEAD, _NEW_HEAD, _PSEUDO, _DATAGRAM, _NEW_DATAGRAM = range(7)
"""What is known of a template: octets of the frame, what silence is, and sums without what changes: of the IPv4 header
as it was and as it is now, of the pseudo header as it was, of all that the UDP checksum counts but a payload as it was,
and of all of it as it is now."""


class Packets(NamedTuple):
    """What many RTP packets tell, without their payload: a row each."""

    which: Offsets
    """Their numbers among those asked for."""
    flows: Octets
    """Source, target, and both ports."""
    headers: Octets
    """The RTP header."""


class Met(NamedTuple):
    """Packets whose headers were met before, but for what changes with every packet: a row each."""

    which: Offsets
    """Their numbers among those asked for."""
    payloads: Offsets
    """Where the payload of each begins."""
    sizes: Offsets
    """Octets of the payloads."""


class _Repeated(NamedTuple):
    """The same with what is known of the headers."""

    which: Offsets
    templates: Numbers
    rows: Words
    """The headers, and some octets behind them."""
    constant: Words
    """What of them does not change."""
    told: Offsets
    """What is known of each template."""

    def only(self, rows: Offsets) -> _Repeated:
        """Some of the rows."""
        which, templates, headers, constant, told = self
        return _Repeated(which[rows], templates[rows], headers[rows], constant[rows], told[rows])


class _Shape:
    """All headers of packets with so many octets before IP, in one version of IP, and what became of them."""

    def __init__(self, before: int, network: Network) -> None:
        self.network = network
        self.before = before
        self.width = before + network.whole
        self.media = before + network.head + UDP
        """Where RTP begins."""
        self._templates = Templates(self.width, [before + column for column in network.changing])
        self.gathered = 8 * self._templates.words
        """Octets that are looked at: all headers, and some of the payload."""
        self._became = np.zeros((MOST, self._templates.words), np.uint64)
        self._told = np.zeros((MOST, _NEW_DATAGRAM + 1), np.int64)

    def rows(self, buffer: bytearray, starts: Offsets) -> Words:
        """The headers of packets, all of which have :attr:`gathered` octets."""
        return gathered(buffer, starts, self.gathered).view(np.uint64)

    def repeated(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> _Repeated:
        """The usual ones among packets of :attr:`gathered` octets or more whose template is known."""
        rows = self.rows(buffer, starts)
        constant = self._templates.constant(rows)
        templates = self._templates.found(constant)
        told = self._told.take(templates, axis=0)
        fine = (templates != 0) & (told[:, _LENGTH] == ends - starts)
        if self.network.checked:
            check = self.number(rows, CHECK)
            fine &= (check != 0) & ((told[:, _HEAD] + self.number(rows, 4) + check) % MODULUS == 0)
        octets = rows.view(np.uint8)
        fine[may_be_text(octets, self.media)] = False
        fine[may_be_redundant(buffer, octets[:, self.media + 1], starts + self.width, ends)] = False
        which = np.flatnonzero(fine)
        if len(which) == len(rows):
            return _Repeated(which, templates, rows, constant, told)
        return _Repeated(np.arange(len(rows)), templates, rows, constant, told).only(which)

    def add(self, old: Words, new: Words, lengths: Offsets) -> Mask:
        """Remember what headers became; says for which this was known."""
        templates = self._templates
        constant = templates.constant(old)
        numbers, firsts = templates.added(constant)
        became, places, network = templates.constant(new[firsts]), numbers[firsts], self.network
        self._became[places] = became
        was, now = (rows.view(np.uint8)[:, self.before : self.width] for rows in (constant[firsts], became))
        fills = FILL[was[:, network.head + UDP + 1]]
        silent = silent_sums(lengths[firsts] - self.width, fills)
        before = pseudo(network, was)
        self._told[places] = np.stack(
            (
                lengths[firsts],
                fills,
                sums(was[:, : network.head]),
                sums(now[:, : network.head]),
                before,
                before + sums(was[:, network.head :]),
                pseudo(network, now) + sums(now[:, network.head :]) + silent,
            ),
            axis=1,
        )
        known: Mask = numbers != 0
        known[firsts] = False
        return known

    def again(self, met: _Repeated) -> Words:
        """What the headers become, with the checksums that they had."""
        rows = self._became.take(met.templates, axis=0)
        # Of the octets that are no part of a template, which are zero in what became of it.
        rows |= met.rows ^ met.constant
        return rows

    def number(self, rows: Words, column: int) -> Sums:
        """The word at a column from the IP header on, as :func:`stored <scrubber.capture.vectors.stored>` gives it."""
        return rows.view("<u2")[:, (self.before + column) // 2].astype(np.int64)

    def put(self, rows: Words, column: int, words: Sums) -> None:
        """Put words back."""
        rows.view("<u2")[:, (self.before + column) // 2] = words


def understands(link: int) -> bool:
    """Whether packets of this link type can be read in bulk."""
    return link in LINKS


class Media:
    """Rewrites the RTP packets of one link type in a buffer."""

    def __init__(self, link: int, to: Values) -> None:
        self._link = LINKS[link]
        self._replaces = to.reader.replaces
        self._notes = to.reader.notes
        self._blanked = to.reader.blanked
        self._macs = VectorMap(6, to.mac)
        self._addresses = {IPV4: VectorMap(4, to.ipv4), IPV6: VectorMap(16, to.ipv6)}
        self._shapes: dict[tuple[int, Network], _Shape] = {}

    def rewrite(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Mask:
        """Rewrite in ``buffer`` the usual packets among those between ``starts`` and ``ends``; says which they were.

        A reading that replaces nothing is told the same values, and the buffer stays as it is.
        """
        done = np.zeros(len(starts), np.bool_)
        for shape, which, met in self._known(buffer, starts, ends, done):
            these = met.which
            if self._replaces:
                these = these[self._again(shape, buffer, starts[which[these]], met)]
            else:
                self._sampled(buffer, starts[which[these]] + shape.width, met.told[:, _LENGTH] - shape.width)
            done[which[these]] = True
        rest = np.flatnonzero(~done)
        if len(rest):
            read = self._new if self._replaces else self._told
            done[rest] = read(buffer, starts[rest], ends[rest])
        return done

    def met(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Iterator[Met]:
        """The usual packets whose headers stood before, but for what changes; all others are remembered for later."""
        done = np.zeros(len(starts), np.bool_)
        for shape, which, repeated in self._known(buffer, starts, ends, done):
            these = which[repeated.which]
            done[these] = True
            yield Met(these, starts[these] + shape.width, repeated.told[:, _LENGTH] - shape.width)
        rest = np.flatnonzero(~done)
        for network, which, places, _ in self._usual(buffer, starts[rest], ends[rest]):
            for shape, these in self._shaped(network, starts[rest[which]], places, ends[rest[which]]):
                packets = rest[which[these]]
                rows = shape.rows(buffer, starts[packets])
                again = packets[shape.add(rows, rows, ends[packets] - starts[packets])]
                yield Met(again, starts[again] + shape.width, ends[again] - starts[again] - shape.width)

    def packets(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Iterator[Packets]:
        """The usual packets among those between ``starts`` and ``ends``, left as they are; checksums do not matter."""
        for network, which, _, headers in self._usual(buffer, starts, ends):
            addresses = headers[:, network.addresses : network.addresses + 2 * network.width]
            flows = np.concatenate((addresses, headers[:, network.head : network.head + 4]), axis=1)
            yield Packets(which, flows, headers[:, network.head + UDP :])

    # --- packets whose headers were met before

    def _known(
        self, buffer: bytearray, starts: Offsets, ends: Offsets, done: Mask
    ) -> Iterator[tuple[_Shape, Offsets, _Repeated]]:
        """By shape, which packets were asked about that are not ``done``, and the known ones among these."""
        for shape in self._shapes.values():
            which = np.flatnonzero(~done & (ends - starts >= shape.gathered))
            which = which[begins(buffer, starts[which] + shape.media)]
            if len(which):
                yield shape, which, shape.repeated(buffer, starts[which], ends[which])

    def _again(self, shape: _Shape, buffer: bytearray, starts: Offsets, met: _Repeated) -> Mask:
        """Rewrite those whose UDP checksum is right; says which they are."""
        rows, told = met.rows, met.told
        head = shape.network.head
        given = shape.number(rows, head + 6)
        media = head + UDP
        changing = shape.number(rows, media + 2) + shape.number(rows, media + 4) + shape.number(rows, media + 6)
        payloads, sizes = starts + shape.width, told[:, _LENGTH] - shape.width
        said = payload_sums(buffer, payloads, sizes)
        right: Mask = (told[:, _DATAGRAM] + changing + given + said) % MODULUS == 0
        right &= (given - told[:, _PSEUDO]) % MODULUS != 0
        right |= given == 0
        if not right.all():
            met = met.only(np.flatnonzero(right))
            rows, told = met.rows, met.told
            starts, payloads, sizes, said = starts[right], payloads[right], sizes[right], said[right]
            given, changing = given[right], changing[right]
        new = shape.again(met)
        if shape.network.checked:
            check = shape.number(rows, CHECK)
            now = -(told[:, _NEW_HEAD] + shape.number(rows, 4)) % MODULUS
            shape.put(new, CHECK, np.where((now == 0) & (check == MODULUS), check, now))
        now = -(told[:, _NEW_DATAGRAM] + changing) % MODULUS
        shape.put(new, head + 6, np.where(given == 0, 0, np.where(now == 0, MODULUS, now)))
        self._sampled(buffer, payloads, sizes)
        # The octets behind the headers are those of the payload, so they are put back before it is silenced.
        scattered(buffer, starts, new.view(np.uint8))
        self._notes[NOTE] += silenced(buffer, payloads, sizes, told[:, _FILLED], said)
        return right

    # --- all others

    def _new(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Mask:
        """Rewrite usual packets and remember what their headers became; says which packets these were."""
        done = np.zeros(len(starts), np.bool_)
        places, kinds = networks(self._link, buffer, starts, ends)
        old: list[tuple[_Shape, Offsets, Words]] = []
        for network in NETWORKS:
            chosen = candidates(network, buffer, kinds, places, ends)
            if len(chosen):
                for shape, which in self._shaped(network, starts[chosen], places[chosen], ends[chosen]):
                    old.append((shape, chosen[which], shape.rows(buffer, starts[chosen[which]])))
                done[chosen[self._packets(network, buffer, places[chosen], ends[chosen])]] = True
        usual = starts[done]
        for offset in self._link.macs:
            if len(usual):
                scattered(buffer, usual + offset, self._macs(gathered(buffer, usual + offset, 6)))
        for shape, which, rows in old:
            these = done[which]
            packets = which[these]
            shape.add(rows[these], shape.rows(buffer, starts[packets]), ends[packets] - starts[packets])
        return done

    def _told(self, buffer: bytearray, starts: Offsets, ends: Offsets) -> Mask:
        """Tell the values of the usual packets; whether a checksum is right makes no difference to them."""
        done = np.zeros(len(starts), np.bool_)
        for network, which, places, headers in self._usual(buffer, starts, ends):
            done[which] = True
            for start in (network.addresses, network.addresses + network.width):
                self._addresses[network](headers[:, start : start + network.width])
            payloads = places + headers.shape[1]
            self._sampled(buffer, payloads, ends[which] - payloads)
            for shape, these in self._shaped(network, starts[which], places, ends[which]):
                rows = shape.rows(buffer, starts[which[these]])
                shape.add(rows, rows, ends[which[these]] - starts[which[these]])
        usual = starts[done]
        for offset in self._link.macs:
            self._macs(gathered(buffer, usual + offset, 6))
        return done

    def _shaped(
        self, network: Network, starts: Offsets, places: Offsets, ends: Offsets
    ) -> Iterator[tuple[_Shape, Offsets]]:
        """By shape, which packets have it; those too short to be looked at in whole words have none."""
        before = places - starts
        for width in np.flatnonzero(np.bincount(before)).tolist():
            shape = self._shapes.get((width, network))
            if shape is None:
                shape = self._shapes[width, network] = _Shape(width, network)
            these = np.flatnonzero((before == width) & (ends - starts >= shape.gathered))
            if len(these):
                yield shape, these

    def _sampled(self, buffer: bytearray, payloads: Offsets, sizes: Offsets) -> None:
        for at in range(0, len(payloads), _SAMPLED):
            first = int(payloads[at])
            self._blanked(bytes(buffer[first : first + int(sizes[at])]), NOTE)

    def _usual(
        self, buffer: bytearray, starts: Offsets, ends: Offsets
    ) -> Iterator[tuple[Network, Offsets, Offsets, Octets]]:
        """The usual packets of each version of IP: their numbers, where IP begins, and the headers from there on."""
        places, kinds = networks(self._link, buffer, starts, ends)
        for network in NETWORKS:
            chosen = candidates(network, buffer, kinds, places, ends)
            if not len(chosen):
                continue
            headers = gathered(buffer, places[chosen], network.whole)
            fine = media(network, buffer, headers, places[chosen], ends[chosen])
            if len(fine):
                yield network, chosen[fine], places[chosen[fine]], headers[fine]

    def _packets(self, network: Network, buffer: bytearray, places: Offsets, ends: Offsets) -> Offsets:
        """Rewrite the usual ones of the IP packets at ``places``; gives their indices."""
        headers = gathered(buffer, places, network.whole)
        usual = media(network, buffer, headers, places, ends)
        headers, places = headers[usual], places[usual]
        sizes = ends[usual] - places - headers.shape[1]
        said = payload_sums(buffer, places + headers.shape[1], sizes)
        right = _is_right(network, headers, said)
        if not right.all():
            usual, headers, places, sizes, said = usual[right], headers[right], places[right], sizes[right], said[right]
        if not len(usual):
            return usual
        fills = FILL[headers[:, network.head + UDP + 1]]
        self._sampled(buffer, places + headers.shape[1], sizes)
        self._notes[NOTE] += silenced(buffer, places + headers.shape[1], sizes, fills, said)
        new = headers.copy()
        for start in (network.addresses, network.addresses + network.width):
            span = slice(start, start + network.width)
            new[:, span] = self._addresses[network](headers[:, span])
        if network.checked:
            _repair(headers, new, CHECK, sums(new[:, : network.head]))
        _repair_udp(network, headers, new, silent_sums(sizes, fills))
        scattered(buffer, places, new)
        return usual


def _is_right(network: Network, headers: Octets, said: Sums) -> Mask:
    """Whose UDP checksum is right, or missing; one that a network card was to finish is neither."""
    given = stored(headers, network.head + 6)
    before = pseudo(network, headers)
    right: Mask = (before + sums(headers[:, network.head :]) + said) % MODULUS == 0
    usual: Mask = (given == 0) | right & ((given - before) % MODULUS != 0)
    return usual


def _repair(old: Octets, new: Octets, at: int, total: Sums) -> None:
    """Store the checksum of rows whose sum, the old checksum included, is ``total``; both zeros are as good."""
    given = stored(old, at)
    right = -(total - given) % MODULUS
    store(new, at, np.where((given - right) % MODULUS == 0, given, right))


def _repair_udp(network: Network, old: Octets, new: Octets, silent: Sums) -> None:
    at = network.head + 6
    _repair(old, new, at, pseudo(network, new) + sums(new[:, network.head :]) + silent)
    now = stored(new, at)
    store(new, at, np.where(stored(old, at) == 0, 0, np.where(now == 0, MODULUS, now)))
