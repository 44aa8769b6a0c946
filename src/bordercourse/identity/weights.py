"""The arithmetic of record linkage by hand: agreement weights and the probability they give.

Fellegi and Sunter weigh each field: how often do records of one person agree on it (m), and how
often do records of two different people agree on it by chance (u)?
"""

from __future__ import annotations

import math

from bordercourse.inputs import Number, checked

__all__ = ["agreement_weight", "disagreement_weight", "match_probability", "prior_weight"]


# Never 0 or 1: then one field alone would decide.
PROBABILITY = Number(above=0, below=1)


@checked(m=PROBABILITY, u=PROBABILITY)
def agreement_weight(m: float, u: float) -> float:
    """Return the weight of a field that agrees: log2(m / u).

    Parameters
    ----------
    m : float
        Probability that the field agrees when both records are one person, between 0 and 1.
    u : float
        Probability that it agrees when they are two people, between 0 and 1.

    Returns
    -------
    float
        In bits: each bit doubles the odds that the records are one person.

    Raises
    ------
    InputError
        If m or u is not between 0 and 1.

    Notes
    -----
    I. P. Fellegi and A. B. Sunter, A Theory for Record Linkage, Journal of the American
    Statistical Association 64(328), 1969; in powers of two, as linkage programs report it.

    Examples
    --------
    >>> round(agreement_weight(0.9, 0.01), 3)
    6.492
    """
    return math.log2(m / u)


@checked(m=PROBABILITY, u=PROBABILITY)
def disagreement_weight(m: float, u: float) -> float:
    """Return the weight of a field that disagrees: log2((1 - m) / (1 - u)), usually negative.

    Parameters
    ----------
    m, u : float
        As in `agreement_weight`.

    Returns
    -------
    float
        In bits: each bit below zero halves the odds that the records are one person.

    Raises
    ------
    InputError
        If m or u is not between 0 and 1.

    Examples
    --------
    >>> round(disagreement_weight(0.9, 0.01), 3)
    -3.307
    """
    return math.log2((1 - m) / (1 - u))


@checked(probability=PROBABILITY)
def prior_weight(probability: float) -> float:
    """Return the weight before any field is seen: log2 of the odds of a match.

    Parameters
    ----------
    probability : float
        Share of all possible pairs that are one person, between 0 and 1.

    Returns
    -------
    float
        In bits; far below zero, because nearly all pairs are two people.

    Raises
    ------
    InputError
        If the probability is not between 0 and 1.

    Examples
    --------
    Two files of 5,000 with the same people: 5,000 of 25 million pairs.

    >>> round(prior_weight(5000 / 5000**2), 2)
    -12.29
    """
    return math.log2(probability / (1 - probability))


@checked(weight=Number())
def match_probability(weight: float) -> float:
    """Return the probability that goes with a total weight (prior plus fields).

    Parameters
    ----------
    weight : float
        Bits: the prior weight plus the weight of every field.

    Returns
    -------
    float
        Between 0 and 1. It is the model's belief about a pair like this one, and not a proof
        about these two people.

    Examples
    --------
    >>> match_probability(0)
    0.5
    >>> round(match_probability(-12.29 + 6.492 + 11.2), 3)
    0.977
    """
    return 1 / (1 + 2.0**-weight) if weight > -1000 else 0.0
