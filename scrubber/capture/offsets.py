"""Where an octet of a stream stands once messages before it have changed their lengths."""

from __future__ import annotations

from bisect import bisect_right


class Offsets:
    """A monotone map from old to new offsets, built from its beginning to its end.

    Offsets are sequence numbers counted on beyond 32 bits. A region of the same length is moved as it is; in a region
    of another length places follow in proportion, and its ends are exact.
    """

    __slots__ = ("_new", "_old")

    def __init__(self, start: int) -> None:
        """The map begins at ``start``, which stays where it is."""
        self._old = [start]
        self._new = [start]

    def __len__(self) -> int:
        """Number of regions."""
        return len(self._old) - 1

    @property
    def end(self) -> int:
        """The old offset up to which the map is known."""
        return self._old[-1]

    @property
    def new_end(self) -> int:
        """The new offset of :attr:`end`."""
        return self._new[-1]

    def extend(self, old: int, new: int) -> None:
        """Add a region at the end: ``old`` octets, more than none, became ``new``."""
        olds, news = self._old, self._new
        end, new_end = olds[-1], news[-1]
        if old == new and len(olds) > 1 and end - olds[-2] == new_end - news[-2]:
            olds[-1] = end + old
            news[-1] = new_end + new
        else:
            olds.append(end + old)
            news.append(new_end + new)

    def at(self, old: int) -> int:
        """The new offset of ``old``; outside the map it is as far from the nearest end as before."""
        olds, news = self._old, self._new
        if old >= olds[-1]:
            return old - olds[-1] + news[-1]
        index = bisect_right(olds, old)
        if not index:
            return old - olds[0] + news[0]
        start, begin = olds[index - 1], news[index - 1]
        return begin + (old - start) * (news[index] - begin) // (olds[index] - start)

    def compact(self, keep: int) -> None:
        """Make one region of all but the last ``keep`` regions."""
        if keep < len(self) - 1:
            del self._old[1 : len(self._old) - 1 - keep]
            del self._new[1 : len(self._new) - 1 - keep]
