"""The figures of one line of text, with their units and bounds, from any of our languages, in a form that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from bot.answers.folding import Folded
from bot.answers.lexis import Words
from bot.answers.spelled import spelled

NOTHING = frozenset({""})
_WHICH = frozenset({"", "which"})  #: the unit of «the second»
#: Which the unit of a figure is: these make it an amount.
CURRENCIES = frozenset({"EUR", "USD", "GBP", "CHF", "TJS", "RSD", "TRY", "ALL", "UZS", "AFN", "IQD", "%"})
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?<![\d])(?<![a-z])(?:\d{1,3}(?:[ ,.']\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d+)?)")
_THOUSANDS = re.compile(r"[ ,.'](?=\d{3}(?!\d))")
_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)|(?<!\d)(?P<d2>\d{1,2})[./](?P<m2>\d{1,2})[./](?P<y2>\d{4})(?!\d)")
_MONTH_YEAR = re.compile(r"(?<![\d./,-])(0?[1-9]|1[0-2])[./](20\d\d|19\d\d)(?![\d./]\d|\d)")
_PHONE = re.compile(r"(?<![\d.,])(?:\+\d|00[1-9]|0[1-9])[\d\s()/-]{4,}\d|(?<!\d)116\s?\d{3}(?!\d)|(?<![\d.,])\d{2,5}(?:[ /-]\d{2,4}){3,}(?!\d)")
_SHORT = frozenset({"110", "112", "113", "115", "116", "117", "118", "119", "102", "103", "104", "100", "911", "999"})
_CLOCK = re.compile(
    r"(?<!\d)24\s?/\s?7(?!\d)|(?<!\d)([01]?\d|2[0-4])(?:(?:[:.h]|\sh\s)(\d\d))(?:\s*uhr)?(?!\d|\.\d)|(?<!\d)([01]?\d|2[0-4])\s*(?:uhr|h(?![a-z]))"
)
_MORE = re.compile(r"(?:(?<=\.0[1-9])|(?<=\.1[0-2]))\.|\.\d|\s*(?:million|thousand)")  #: «12.10.» may be a date
_NOON = re.compile(r"(?<!\d)(\d{1,2})(?:[:.](\d\d))?\s*([ap])\.?m\.?(?![a-z])")
_CLAUSE = re.compile(r"[,;:!?()،؛؟«»\"“”„—|]|\.(?=\s|$)|\s-\s")
_FIRST = re.compile(r"[$€£%]\s?$|(?:eur|usd|yuzde|لهسهدا)\s?$")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "%": "%", "eur": "EUR", "usd": "USD", "yuzde": "%", "لهسهدا": "%"}
_ENDING = re.compile(r"^(?:[ld][ae]n|[td][ae]n|څخه|نه)\s+")  #: what joins «after» to the date before it
_TURNED = {"over": "most", "under": "least", "most": "over", "least": "under"}
_FILLER = "\ue000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. `units` and `bounds` are what it may have: a wording can leave that open."""

    kind: str  #: number · amount · date · phone
    value: str
    shown: str  #: as written, with unit and bound
    start: int
    end: int
    units: frozenset[str] = NOTHING
    bounds: frozenset[str] = NOTHING
    bound_at: tuple[int, int] = (0, 0)  #: where the bound stands: what is negated there, is no negation
    asks: str = ""  #: before · after: what stands at this figure and must be said somewhere in the sentence
    spelled: bool = False  #: a word: may stand for a digit of the other language

    @property
    def counts(self) -> bool:
        """Whether the other text must have it: digits, and words for more than one of a unit («two weeks», not «two people»)."""
        return not self.spelled or (self.value != "1" and bool(self.units - _WHICH))


def figures(line: Folded, words: Words) -> list[Figure]:
    """All figures of a line, in its order."""
    text, found = line.text, list[Figure]()
    written = _DIGIT.search(text) is not None
    for kind, read in (("date", partial(_dates, words=words)), ("number", partial(_clocks, words=words)), ("phone", _phones)) if written else ():
        for start, end, value in list(read(text)):  # each reads what those before it have left
            if kind == "date" and words.no_month.intersection(line.shown(start, end).split()):
                continue
            found.append(Figure(kind=kind, value=value, shown="", start=start, end=end))
            text = text[:start] + _FILLER * (end - start) + text[end:]
    for figure in list(_numbers(text, words)):
        found.append(figure)
        if (thousand := words.thousand.search(text, figure.start, figure.end)) or (thousand := words.million.search(text, figure.start, figure.end)):
            text = text[: thousand.start()] + _FILLER * len(thousand[0]) + text[thousand.end() :]  # «5 thousand» is no other thousand
    found += _words(line, text, words)
    if not found:
        return []
    found.sort(key=lambda figure: figure.start)
    found = _shared_units(_said_twice(found, line.text), line.text, words)
    return _shown(_bounded(found, line.text, words), line)


def _dates(text: str, words: Words) -> Iterator[tuple[int, int, str]]:
    for match in _ISO.finditer(text):
        year, month, day = (match["y"] or match["y2"], match["m"] or match["m2"], match["d"] or match["d2"])
        yield *match.span(), f"{year}-{int(month):02}-{int(day):02}"
    for match in _MONTH_YEAR.finditer(text):
        if not _ISO.match(text, match.start()):
            yield *match.span(), f"{match[2]}-{int(match[1]):02}"
    for match in words.date.finditer(text):
        day, year = match["day1"] or match["day2"] or "", match["year1"] or match["year2"] or ""
        if day or year:
            month = next(number for number, name in enumerate(words.months, 1) if name.fullmatch(match["month"]))
            also = words.months[month - 1].fullmatch(match["also"]) if match["also"] else True  # «November (نوامبر)»
            yield *match.span(), "-".join(part for part in (year, f"{month:02}", day.zfill(2) if day else "", "" if also else "?") if part)


def _clocks(text: str, words: Words) -> Iterator[tuple[int, int, str]]:
    for match in _NOON.finditer(text):
        hour = int(match[1]) % 12 + (12 if match[3] == "p" else 0)
        yield *match.span(), f"{hour}:{match[2] or '00'}"
    for match in _CLOCK.finditer(text):
        if match[0][:2] == "24" and "/" in match[0]:
            yield *match.span(), "24/7"
        elif (
            match[2] is None
            or ":" in match[0]
            or "h" in match[0]
            or not (_MORE.match(text, match.end()) or words.unit.match(text[match.end() :].lstrip()))
        ):
            yield *match.span(), f"{int(match[1] or match[3])}:{match[2] or '00'}"


def _phones(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _PHONE.finditer(text):
        number = re.sub(r"[^\d+]", "", match[0].replace("(0)", ""))
        yield *match.span(), "+" + number[2:] if number.startswith("00") else number


def _numbers(text: str, words: Words) -> Iterator[Figure]:
    for match in _NUMBER.finditer(text):
        end, value = match.end(), _plain(match[0])
        for pattern, factor in ((words.thousand, 1_000), (words.million, 1_000_000)):
            if many := pattern.match(text, end):
                end, value = many.end(), _plain(str(float(value) * factor))
        yield _with_unit(text, match.start(), end, value, words, year=len(match[0]) == 4)


def _words(line: Folded, text: str, words: Words) -> Iterator[Figure]:
    """Numbers written as words."""
    for start, end, number in spelled(text, words.number, words.joins, words.numbers):
        value = words.alike.get(line.shown(start, end), number)
        yield replace(_with_unit(text, start, end, str(value), words), spelled=True)
    for number, ordinal in words.ordinals:
        for match in ordinal.finditer(text):
            yield Figure(kind="number", value=str(number), shown="", start=match.start(), end=match.end(), units=_WHICH, spelled=True)
    for match in words.one.finditer(text):
        figure = _with_unit(text, *match.span(), "1", words)
        before = text[: match.start()].rstrip()
        if figure.units != NOTHING:
            yield replace(figure, spelled=True)
        elif (unit := _unit_before(before, words)) and unit:
            yield replace(figure, spelled=True, units=_open({unit}))
    for number, unit, pattern in words.several:
        for match in pattern.finditer(text):
            yield Figure(kind="number", value=str(number), shown="", start=match.start(), end=match.end(), units=_open({unit}), spelled=True)


def _unit_before(text: str, words: Words) -> str:
    last = re.search(r"\w+$", text)
    return words.unit_of(last[0]) if last and words.unit.fullmatch(last[0]) else ""


def _plain(number: str) -> str:
    """«1 000», «1.000», «1,000» → 1000; «2,5» → 2.5; «2.0» → 2."""
    number = _THOUSANDS.sub("", number).replace(",", ".")
    whole, _, rest = number.partition(".")
    return f"{int(whole)}.{rest.rstrip('0')}".rstrip(".") if rest else str(int(whole))


def _with_unit(text: str, start: int, end: int, value: str, words: Words, *, year: bool = False) -> Figure:
    tail = text[end : end + 48]
    stop = _CLAUSE.search(tail, 2) or _CLAUSE.search(tail)
    tail = tail[: stop.start()] if stop and not tail.startswith((".", " .")) else tail
    after = re.match(r"[\s.'-]*(?:[^\W\d_]+[\s-]+)?", tail)
    direct = re.match(r"[\s.'-]*", tail)
    for gap in (direct, after):
        found = words.unit.match(tail, gap.end()) if gap else None
        if found:
            unit = words.unit_of(found[0])
            if year and unit == "year" and _like_year(value):
                return Figure(kind="date", value=value, shown="", start=start, end=end + found.end())
            return Figure(
                kind="amount" if unit in CURRENCIES else "number", value=value, shown="", start=start, end=end + found.end(), units=_open({unit})
            )
    if first := _FIRST.search(text[:start]):
        return Figure(kind="amount", value=value, shown="", start=first.start(), end=end, units=frozenset({_SIGNS[first[0].strip()]}))
    kind = "date" if year and _like_year(value) else "phone" if value in _SHORT else "number"
    return Figure(kind=kind, value=value, shown="", start=start, end=end)


def _like_year(value: str) -> bool:
    return value.isdigit() and 1900 <= int(value) < 2100


def _open(units: set[str]) -> frozenset[str]:
    """Of years of age, a language may leave the «years» unsaid; of one time, the «time»."""
    return frozenset(units | {""} if units & {"year", "time"} else units)


def _said_twice(found: list[Figure], text: str) -> list[Figure]:
    """«one week (1)» is one figure, not two."""
    result: list[Figure] = []
    for figure in found:
        last = result[-1] if result else None
        if last and last.spelled and last.value == figure.value and text[last.end : figure.start].strip(" ") == "(":
            result[-1] = replace(figure, units=last.units, start=last.start)
        else:
            result.append(figure)
    return result


def _shared_units(found: list[Figure], text: str, words: Words) -> list[Figure]:
    """«7 to 30 days», «500 or 1,000 EUR»: the first figure may have the unit of the second."""
    result = list(found)
    for one, two in reversed(list(pairwise(range(len(found))))):
        between = text[result[one].end : result[two].start]
        if result[one].units == NOTHING and result[one].kind in ("number", "date", "phone") and words.between.fullmatch(between):
            result[one] = replace(result[one], units=result[two].units | {""})
    return result


def _bounded(found: list[Figure], text: str, words: Words) -> list[Figure]:
    """Each figure with the bounds that are said of it. A second figure of a range may have one or none: «7 to 30 days»."""
    result: list[Figure] = []
    strong = _strong(found, text, words)
    last = -1
    for place, figure in enumerate(found):
        bounds, start, end = strong.get(place) or _beside(figure, text, words)
        if "from" in bounds:
            bounds |= {"", "least"}
        if "ahead" in bounds:
            bounds |= {"", "under"}
        if bounds and last >= 0 and place not in strong and not text[last : min(start, figure.start)].strip(" -'"):
            bounds |= {""}
        asks = _asks(text, figure, words)
        if turned := bounds & _TURNED.keys() and words.turns.match(text, max(end, figure.end)):
            bounds, end = frozenset(_TURNED.get(bound, bound) for bound in bounds), turned.end()
        if bounds:
            whole = (min(start, figure.start), max(end, figure.end))
            result.append(replace(figure, bounds=bounds, bound_at=(start, end), start=whole[0], end=whole[1], asks=asks))
        else:
            result.append(replace(figure, asks=asks))
        last = figure.end
    return result


def _beside(figure: Figure, text: str, words: Words) -> tuple[frozenset[str], int, int]:
    """The bound that directly touches a figure, and where."""
    first = max(_clause_start(text, figure.start), figure.start - 44)
    near, post = words.near.found.search(text, first, figure.start), words.post.found.match(text, figure.end)
    if near and ((kinds := words.near.classes(near[1])) != {"from"} or not post):
        return kinds, near.start(1), near.end(1)
    if post:
        return words.post.classes(post[1]), post.start(1), post.end(1)
    word = text[: figure.end].rstrip()
    ends = next((kinds for ending, kinds in words.ends.items() if word.endswith(ending)), frozenset[str]())
    return ends, figure.start, figure.end


def _strong(found: list[Figure], text: str, words: Words) -> dict[int, tuple[frozenset[str], int, int]]:
    """Bounds that stand somewhere in the clause: each belongs to the next figure there, else to the one before."""
    taken: dict[int, tuple[frozenset[str], int, int]] = {}
    places = [place for place, figure in enumerate(found) if figure.counts]
    for match in words.strong.found.finditer(text):
        start, end = _clause_start(text, match.start()), _clause_end(text, match.end())
        here = [place for place in places if start <= found[place].start < end]
        following = [place for place in here if found[place].start >= match.start() and place not in taken]
        leading = [place for place in here if found[place].start < match.start() and place not in taken]
        touching = [place for place in leading[-1:] if not text[found[place].end : match.start()].strip(" -'")]
        if touching and not re.match(r"\s*\d", text[match.end() :]):
            following = []
        for place in following[:1] or leading[-1:]:
            taken[place] = (words.strong.classes(match[1]), match.start(), match.end())
    return taken


def _clause_start(text: str, place: int) -> int:
    start = 0
    for match in _CLAUSE.finditer(text, 0, place):
        start = match.end()
    return start


def _clause_end(text: str, place: int) -> int:
    match = _CLAUSE.search(text, place)
    return match.start() if match else len(text)


def _asks(text: str, figure: Figure, words: Words) -> str:
    """Whether «before» or «after» stands at the figure: right after a length of time, right before or after a date."""
    tail = text[figure.end : figure.end + 24].lstrip(" '")
    for name, pattern in (("before", words.ahead), ("after", words.behind)):
        if figure.kind == "number" and figure.units & {"day", "workday", "week", "month", "year", "hour", "minute"} and pattern.match(tail):
            return name
        if figure.kind == "date" and (pattern.match(_ENDING.sub("", tail)) or _leads(text, figure.start, pattern)):
            return name
    return ""


def _leads(text: str, start: int, pattern: re.Pattern[str]) -> bool:
    """Whether a word stands before a place, with at most one short word between them: «nach dem 1. Mai»."""
    return any(re.fullmatch(r"\s*(?:\w{1,4}\s+)?", text[match.end() : start]) for match in pattern.finditer(text, max(start - 24, 0), start))


def _shown(found: list[Figure], line: Folded) -> list[Figure]:
    return [replace(figure, shown=line.shown(figure.start, figure.end)) for figure in found]
