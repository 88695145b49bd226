"""What a translation must not change: numbers, amounts, dates, telephone numbers, links, open places, facts, names and negations.

`compare` lays a translation beside its source, section by section; `differences` does one section. Both are pure: they know the
words of our languages (invariant_words.yml) and nothing of the store. A difference blocks publishing until it is mended or
confirmed with a reason. So where harmless wording and a changed meaning look alike, it is reported.

Figures are compared fact by fact where both texts have spans, else line by line if they have equally many lines, else over the whole section.
A figure is equal if its value, its unit and its bound («at most») are; what a language may leave open (the «years» of an age, the
unit of the first figure of a range) may differ. In one line the order of figures counts too. A number written as a word may
stand for a digit of the other text, but need not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.answers.claims import Claims, Paying, Said, claims
from bot.answers.lexis import may_be_hinted
from bot.answers.quantities import NOTHING, Figure

KINDS = ("section", "number", "amount", "date", "phone", "link", "place", "fact", "name", "negation")
#: Languages that write in other than Latin letters.
_OTHER_LETTERS = frozenset({"ru", "tg", "fa", "ar", "ps", "ckb"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a translation says something else than its source, in the words of the two texts."""

    kind: str  #: one of KINDS; bounds count as negation
    theirs: tuple[str, ...]  #: what the source has and the translation lacks
    ours: tuple[str, ...]  #: what the translation has and the source lacks


def compare(source: Mapping[str, str], source_language: str, translation: Mapping[str, str], language: str) -> list[tuple[str, Difference]]:
    """Every difference with its section: "title", "" (the text), "DE" (country of stay), "to IQ" (country of return)."""
    found = []
    for section in dict.fromkeys((*source, *translation)):
        theirs, ours = source.get(section, "").strip(), translation.get(section, "").strip()
        if bool(theirs) != bool(ours):
            found.append((section, Difference("section", (section,) if theirs else (), (section,) if ours else ())))
        elif theirs:
            found += [(section, one) for one in differences(theirs, source_language, ours, language)]
    return found


def differences(source: str, source_language: str, text: str, language: str) -> list[Difference]:
    """What one section of a translation does not say as its source does. KeyError for a language without words."""
    theirs, ours = claims(source, source_language), claims(text, language)
    found = [
        *_places(theirs, ours),
        *_multisets("fact", theirs.facts, ours.facts),
        *_multisets("link", theirs.links, ours.links),
        *_names(theirs, ours),
        *(_misspelt(theirs, ours) if language in _OTHER_LETTERS else ()),
    ]
    beside = list(_beside(theirs, ours))
    for one, other in beside:
        found += _said(one, other)
    if not any(difference.kind == "name" for difference in found):
        found += (difference for one, other in beside for difference in _moved(one, other))
    return found


def _moved(theirs: Said, ours: Said) -> Iterator[Difference]:
    """Names that stand somewhere, but not where they should: «ask IOM» beside one office and «ask URA» beside the other."""
    lacking, added = theirs.names - ours.names - may_be_hinted(), ours.names - theirs.names - may_be_hinted()
    if lacking or added:
        yield Difference("name", tuple(sorted(lacking)), tuple(sorted(added)))


def _multisets(kind: str, theirs: Counter[str], ours: Counter[str]) -> Iterator[Difference]:
    lacking, added = theirs - ours, ours - theirs
    if lacking or added:
        yield Difference(kind, tuple(sorted(lacking.elements())), tuple(sorted(added.elements())))


def _places(theirs: Claims, ours: Claims) -> Iterator[Difference]:
    """Each open place belongs to what stands before it: in another order they are swapped."""
    if theirs.places == ours.places and theirs.order != ours.order:
        yield Difference("place", theirs.order, ours.order)
    yield from _multisets("place", theirs.places, ours.places)


def _misspelt(theirs: Claims, ours: Claims) -> Iterator[Difference]:
    """What stands in Latin letters among others is a name; if it is almost that of the source, it is misspelt."""
    for word in sorted(ours.latin - theirs.latin):
        if meant := get_close_matches(word, theirs.latin - ours.latin, 1, 0.8):
            yield Difference("name", tuple(meant), (word,))


def _names(theirs: Claims, ours: Claims) -> Iterator[Difference]:
    lacking = [written for name, written in theirs.names.items() if name not in ours.names and name not in ours.hinted]
    added = [written for name, written in ours.names.items() if name not in theirs.names and name not in theirs.hinted]
    if lacking or added:
        yield Difference("name", tuple(lacking), tuple(added))


def _beside(theirs: Claims, ours: Claims) -> Iterator[tuple[Said, Said]]:
    """The parts that belong together. What has no partner is compared as one heap, so that a moved figure is not lost."""
    left: list[Said] = []
    right: list[Said] = []
    for key in dict.fromkeys((*theirs.said, *ours.said)):
        one, other = theirs.said.get(key, ()), ours.said.get(key, ())
        if len(one) == len(other):
            yield from zip(one, other, strict=True)
        else:
            left += one
            right += other
    if left or right:
        yield _heap(left), _heap(right)


def _heap(parts: Sequence[Said]) -> Said:
    return Said(
        figures=tuple(figure for part in parts for figure in part.figures),
        one_line=False,
        negations=sum(part.negations for part in parts),
        around=sum(part.around for part in parts),
        negated=tuple(sentence for part in parts for sentence in part.negated),
        names=frozenset(name for part in parts for name in part.names),
        paying=tuple(sentence for part in parts for sentence in part.paying),
        each=frozenset(unit for part in parts for unit in part.each),
        family=any(part.family for part in parts),
        before=any(part.before for part in parts),
        after=any(part.after for part in parts),
    )


def _said(theirs: Said, ours: Said) -> Iterator[Difference]:
    pairs, lost, new = _matched(theirs.figures, ours.figures)
    lacking, added = [one for one in lost if one.counts], [one for one in new if one.counts]
    yield from _unmatched(lacking, added)
    if not lacking and not added:
        yield from _exchanged(lost, new)
    loosened = [(one, other) for one, other in pairs if not one.bounds & other.bounds]
    turned = sum(_turned(one, other) for one, other in loosened)
    if turned and theirs.negations == ours.negations + turned:  # «not longer than» and «at most» say the same
        loosened = [(one, other) for one, other in loosened if not _turned(one, other)]
    else:
        turned = 0
    if loosened:
        yield Difference("negation", tuple(one.shown for one, _ in loosened), tuple(other.shown for _, other in loosened))
    elif not lacking and not added and theirs.one_line and ours.one_line:
        yield from _order(pairs)
    if theirs.negations != ours.negations + turned and theirs.around != ours.around:
        yield Difference("negation", theirs.negated, ours.negated)
    if not turned:
        yield from _paying(theirs, ours)
    yield from _amounts(theirs, ours)
    if swapped := [(one, other) for one, other in pairs if {one.asks, other.asks} == {"before", "after"}]:
        yield Difference("negation", tuple(one.shown for one, _ in swapped), tuple(other.shown for _, other in swapped))
    for asked in ("before", "after"):
        if not getattr(ours, asked) and (unsaid := [one.shown for one, other in pairs if one.asks == asked and not other.spelled]):
            yield Difference("negation", tuple(unsaid), ())


def _turned(one: Figure, other: Figure) -> int:
    """1 where a negation beside the first would make both bounds the same, -1 where one beside the second would."""
    for weak, strong in (("over", "most"), ("under", "least")):
        if weak in one.bounds and strong in other.bounds:
            return 1
        if strong in one.bounds and weak in other.bounds:
            return -1
    return 0


def _amounts(theirs: Said, ours: Said) -> Iterator[Difference]:
    """Whom an amount is for, and how often it is paid."""
    amounts = [one.shown for one in theirs.figures if one.kind == "amount"]
    if amounts and (theirs.family, theirs.each) != (ours.family, ours.each):
        yield Difference("amount", tuple(amounts), tuple(other.shown for other in ours.figures if other.kind == "amount"))


def _matched(theirs: Sequence[Figure], ours: Sequence[Figure]) -> tuple[list[tuple[Figure, Figure]], list[Figure], list[Figure]]:
    """Pairs of equal figures, the best fitting first; and what is left of either side."""
    possible = [(_fit(one, other), a, b) for a, one in enumerate(theirs) for b, other in enumerate(ours) if _equal(one, other)]
    pairs: list[tuple[int, int]] = []
    for _, a, b in sorted(possible):
        if all(a != one and b != other for one, other in pairs):
            pairs.append((a, b))
    done_a, done_b = {a for a, _ in pairs}, {b for _, b in pairs}
    return (
        [(theirs[a], ours[b]) for a, b in sorted(pairs)],
        [one for a, one in enumerate(theirs) if a not in done_a],
        [other for b, other in enumerate(ours) if b not in done_b],
    )


def _equal(one: Figure, other: Figure) -> bool:
    return one.value == other.value and bool(one.units & other.units)


def _fit(one: Figure, other: Figure) -> int:
    return 4 * (one.spelled + other.spelled) + 2 * (not one.bounds & other.bounds) + (one.units != other.units)


def _unmatched(lacking: Sequence[Figure], added: Sequence[Figure]) -> Iterator[Difference]:
    """One difference per kind; a figure whose counterpart is of another kind («200 EUR», «200») goes with it."""
    kinds = {figure.kind for figure in lacking} or {figure.kind for figure in added}
    for kind in sorted(kinds):
        others = [figure for figure in added if figure.kind == kind or figure.kind not in kinds]
        yield Difference(kind, tuple(figure.shown for figure in lacking if figure.kind == kind), tuple(figure.shown for figure in others))


def _paying(theirs: Said, ours: Said) -> Iterator[Difference]:
    """«You get no money», «it is free»: amounts without a figure, sentence by sentence where there are equally many.

    Beside a figure each sentence must be negated in both texts or in none.
    """
    together, counted = len(theirs.paying) == len(ours.paying), any(figure.counts for figure in theirs.figures)
    for one, other in zip(theirs.paying, ours.paying, strict=True) if together else [(_all(theirs.paying), _all(ours.paying))]:
        both = one.unpaid and other.unpaid
        lost = together and counted and one.negated != other.negated
        if lost or (one.unpaid and not other.negated) or (other.unpaid and not one.negated) or (both and one.not_free != other.not_free):
            yield Difference("negation", (one.shown,), (other.shown,))


def _all(sentences: Sequence[Paying]) -> Paying:
    return Paying(
        " ".join(one.shown for one in sentences if one.unpaid),
        any(one.unpaid for one in sentences),
        any(one.negated for one in sentences),
        sum(one.not_free for one in sentences),
    )


def _exchanged(lost: Sequence[Figure], new: Sequence[Figure]) -> Iterator[Difference]:
    """Words for numbers that may be left out, but not exchanged: «the second» for «the third», «one week» for «one month»."""
    for one in lost:
        for other in new:
            if bool(one.units - NOTHING) == bool(other.units - NOTHING):
                yield Difference(one.kind, (one.shown,), (other.shown,))
                return


def _order(pairs: Sequence[tuple[Figure, Figure]]) -> Iterator[Difference]:
    """Figures of the same unit in another order may be swapped: «200 EUR, under 18 years 100 EUR»."""
    left, right = _by_unit(pairs, 0), _by_unit(pairs, 1)
    for unit, figures in left.items():
        if [figure.value for figure in figures] != [figure.value for figure in right[unit]]:
            yield Difference(figures[0].kind, tuple(figure.shown for figure in figures), tuple(figure.shown for figure in right[unit]))


def _by_unit(pairs: Sequence[tuple[Figure, Figure]], side: int) -> dict[str, list[Figure]]:
    """The digits of one side in its order, by the unit that both sides agree on."""
    found: dict[str, list[Figure]] = {}
    for one, other in sorted(pairs, key=lambda pair: pair[side].start):
        if not one.spelled and not other.spelled:
            found.setdefault(max(one.units & other.units), []).append((one, other)[side])
    return found
