"""The one way in which makers draw: from integers whose stream is promised for all time.

numpy promises the raw integers of a bit generator, and Python those of ``random.Random.random``; neither
promises what a later version makes of them (``choice``, ``permutation``, ``shuffle`` have changed). So the
steps from integers to a draw stand here, and a table made again has the same bytes under every version.
"""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Draws"]

T = TypeVar("T")
_HALF = 1 << 32


class Draws:
    """Random draws that follow from a seed.

    Parameters
    ----------
    *seed : int
        One number, or several that together name a stream.
    python : bool
        Take the uniform numbers from Python's Mersenne twister in place of numpy's PCG64. Two stored tables
        were made from it, and lessons lean on their rows.

    Notes
    -----
    ``below`` is D. Lemire's multiplication with rejection, on halves of the 64-bit integers, the lower
    half first [1]_; ``order`` is the shuffle of Fisher and Yates from the end. These are the steps that
    numpy 2 takes, so that tables made by its ``Generator`` keep their bytes.

    References
    ----------
    .. [1] D. Lemire (2019), "Fast random integer generation in an interval", ACM Transactions on Modeling
       and Computer Simulation 29(1).

    Examples
    --------
    >>> draws = Draws(1)
    >>> [draws.below(6) for _ in range(5)], draws.order(4)
    ([2, 3, 4, 5, 0], [1, 0, 3, 2])
    """

    def __init__(self, *seed: int, python: bool = False) -> None:
        start = list(seed) if len(seed) > 1 else seed[0]
        self._bits = None if python else np.random.PCG64(start)
        self._twister = Random(seed[0])
        self._half: int | None = None

    def uniform(self) -> float:
        """Return a number from 0 up to, and not including, 1."""
        if self._bits is None:
            return self._twister.random()
        return (self._integer() >> 11) / float(1 << 53)

    def _integer(self) -> int:
        assert self._bits is not None, "Python's twister gives uniform numbers only"
        return int(self._bits.random_raw())

    def _next_half(self) -> int:
        if self._half is not None:
            half, self._half = self._half, None
            return half
        whole = self._integer()
        self._half = whole >> 32
        return whole & (_HALF - 1)

    def below(self, n: int) -> int:
        """Return a whole number from 0 to `n` - 1, all equally likely; `n` is 1 or more."""
        if n == 1:
            return 0
        product = self._next_half() * n
        if product % _HALF < n:
            refused = (_HALF - n) % n
            while product % _HALF < refused:
                product = self._next_half() * n
        return product // _HALF

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high` - 1."""
        return low + self.below(high - low)

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items, all equally likely."""
        return items[self.below(len(items))]

    def order(self, n: int) -> list[int]:
        """Return the numbers 0 to `n` - 1 in random order."""
        numbers = list(range(n))
        for i in range(n - 1, 0, -1):
            mask = (1 << i.bit_length()) - 1
            while (j := self._next_half() & mask) > i:
                pass
            numbers[i], numbers[j] = numbers[j], numbers[i]
        return numbers

    def by_share(self, shares: Mapping[T, float]) -> T:
        """Return one of the keys, each with its share; the shares need not sum to 1."""
        items = list(shares)
        left = self.uniform() * sum(shares.values())
        for item in items:
            left -= shares[item]
            if left < 0:
                return item
        return items[-1]

    def poisson(self, mean: float) -> int:
        """Return a Poisson count by multiplying uniforms (Knuth), in slices that do not underflow."""
        count, left = 0, mean
        while left > 0:
            piece = min(left, 30.0)
            limit, product = math.exp(-piece), self.uniform()
            while product > limit:
                count += 1
                product *= self.uniform()
            left -= piece
        return count

    def sample(self, items: Sequence[Any], weight: Iterable[float], count: int) -> list[Any]:
        """Return `count` items without replacement, by weight (Efraimidis and Spirakis 2006)."""
        keys = [(-math.log(1 - self.uniform()) / w, i) for i, w in enumerate(weight)]
        return [items[i] for _key, i in sorted(keys)[:count]]
