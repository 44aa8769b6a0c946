"""How alike two names are: one word, one sentence, and the usual distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.kinds import NAME
from bordercourse.identity.letters import bare_letters, scripts_of
from bordercourse.identity.names import normalise_name, romanise, skeleton, words_as_written
from bordercourse.identity.titles import weak_title_off
from bordercourse.inputs import checked
from bordercourse.results import Result

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NameComparison", "compare_names", "name_distances"]


@checked(left=NAME, right=NAME)
def name_distances(left: str, right: str) -> pd.Series[float]:
    """Return the usual distances between two names, on their romanised letters.

    Parameters
    ----------
    left, right : str
        Two names in any script.

    Returns
    -------
    pandas.Series
        jaro and jaro_winkler (similarities, 0 to 1; 1 is equal), levenshtein (edits),
        damerau_levenshtein (edits, a swap of neighbours counts one), osa (the restricted form of
        it, which many programs call Damerau-Levenshtein), words_in_any_order (similarity, 0 to 1).

    Notes
    -----
    From the rapidfuzz library, except damerau_levenshtein, where it is the unrestricted form.

    Examples
    --------
    >>> name_distances("MARTHA", "MARHTA").round(3)["jaro_winkler"].item()
    0.961
    >>> name_distances("CA", "ABC")[["damerau_levenshtein", "osa"]].tolist()
    [2.0, 3.0]
    """
    import pandas as pd
    from rapidfuzz import fuzz
    from rapidfuzz.distance import OSA, DamerauLevenshtein, Jaro, JaroWinkler, Levenshtein

    a, b = romanise(left), romanise(right)
    return pd.Series(
        {
            "jaro": Jaro.similarity(a, b),
            "jaro_winkler": JaroWinkler.similarity(a, b),
            "levenshtein": float(Levenshtein.distance(a, b)),
            "damerau_levenshtein": float(DamerauLevenshtein.distance(a, b)),
            "osa": float(OSA.distance(a, b)),
            "words_in_any_order": fuzz.token_sort_ratio(a, b) / 100,
        },
        name=f"{left} / {right}",
    )


@dataclass(frozen=True, repr=False)
class NameComparison(Result):
    """How alike two names are, in one word and one sentence.

    Attributes
    ----------
    left, right : str
        The names as written.
    level : str
        "same", "accents", "order", "sound", "near" or "different", from close to far.
    reason : str
        The level in a sentence.
    jaro_winkler : float
        Similarity of the romanised names with their words sorted, 0 to 1.
    same_soundex : bool
        Whether the American Soundex codes agree. Soundex was made for English surnames; it is
        shown so that its limits can be seen, and no level rests on it.
    """

    left: str
    right: str
    level: str
    reason: str
    jaro_winkler: float
    same_soundex: bool

    def sentence(self) -> str:
        """Return both names, the level and its reason."""
        return f"{self.left} / {self.right}: {self.level} ({self.jaro_winkler:.2f}). {self.reason}"


@checked(left=NAME, right=NAME)
def compare_names(left: str, right: str) -> NameComparison:
    """Compare two names and say how far one had to go to see them as alike.

    Parameters
    ----------
    left, right : str
        Two names, each in any script and either order.

    Returns
    -------
    NameComparison
        With `level`, `reason` and the similarity.

    Raises
    ------
    InputError
        If a name has no letter.

    Examples
    --------
    >>> compare_names("Nguyễn Thị Ánh", "Ánh Nguyễn Thị").level
    'order'
    >>> print(compare_names("محمد", "Mohammed"))
    محمد / Mohammed: sound (0.74). Same consonants in another spelling or script.
    >>> compare_names("Hùng", "Hưng").level
    'accents'
    """
    import jellyfish
    from rapidfuzz.distance import JaroWinkler

    a, b = normalise_name(left), normalise_name(right)
    for name, plain in (("left", a), ("right", b)):
        if not plain:
            raise InputError(name, _("the name has no letter."), _("Leave a missing name out."))
    x, y = _sorted_latin(a), _sorted_latin(b)
    level, reason = _level(a, b)
    if level == "same" and words_as_written(left) != words_as_written(right):
        reason = _("The same name; one has a title, or a shorter form of a word.")
    codes = [jellyfish.soundex(text.replace(" ", "")) for text in (x, y)]
    return NameComparison(left, right, level, reason, JaroWinkler.similarity(x, y), codes[0] == codes[1])


def _sorted_latin(name: str) -> str:
    return " ".join(sorted(romanise(name).split()))


def _level(a: str, b: str) -> tuple[str, str]:
    """Return the level of two normalised names and its sentence."""
    if a == b:
        return "same", _("Same letters in the same order.")
    if "CJK" in scripts_of(a) & scripts_of(b):
        level, reason = _chinese_level(a, b)
    else:
        level, reason = _alphabetic_level(a, b)
    if level in {"near", "different"} and weak_title_off(a) == weak_title_off(b):
        return "near", _("They agree if the first word of one is a title and no name. Ask.")
    return level, reason


def _alphabetic_level(a: str, b: str) -> tuple[str, str]:
    x, y = _sorted_latin(a), _sorted_latin(b)
    one_script = scripts_of(a) == scripts_of(b)
    if bare_letters(a) == bare_letters(b):
        return "accents", _("Same base letters, other accents: this can be another name.")
    if one_script and sorted(bare_letters(a).split()) == sorted(bare_letters(b).split()):
        return "order", _("Same words in another order.")
    if skeleton(x) == skeleton(y) or skeleton(a) == skeleton(b):
        return "sound", _("Same consonants in another spelling or script.")
    if _similar(x, y) or _one_slip(x, y, 5):
        return "near", _("A few letters differ, as after a slip of the hand.")
    if not one_script and _one_slip(skeleton(a), skeleton(b), 4):
        return "near", _("Nearly the same consonants in two scripts.")
    return "different", _("The names do not look alike.")


def _chinese_level(a: str, b: str) -> tuple[str, str]:
    """Compare two names in Chinese characters: each character is a word, so no spelling slip joins two."""
    if a.replace(" ", "") == b.replace(" ", ""):
        return "same", _("Same characters in the same order.")
    if sorted(a.split()) == sorted(b.split()):
        return "order", _("Same words in another order.")
    if romanise(a).replace(" ", "") == romanise(b).replace(" ", ""):
        return "sound", _("Read alike in Mandarin, but written with other characters: mostly another name.")
    return "different", _("Other characters, which are read in another way.")


def _similar(left: str, right: str) -> bool:
    from rapidfuzz.distance import JaroWinkler

    return JaroWinkler.similarity(left, right) >= 0.92


def _one_slip(left: str, right: str, shortest: int) -> bool:
    """Whether one edit separates two texts that are long enough for that to mean something."""
    from rapidfuzz.distance import DamerauLevenshtein

    return min(len(left), len(right)) >= shortest and DamerauLevenshtein.distance(left, right) <= 1
