"""Numbers that lead to a person, taken out: telephones however they are written, papers, files, accounts, plates, days of birth, places on the map."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

NUMBER = "‹number›"
_LETTER = r"[^\W\d_]"
_CAPITAL = r"[A-ZÄÖÜА-ЯЁ]"
_MONEY = r"€|\$|£|₺|euros?|eur|usd|dollars?|dolar\w*|dollar\w*|afghani|afs?|lir[ae]|tl|lek\w*|din[aā]r\w*|dinar\w*|so['’]?m|sum|сом\w*|сўм|руб\w*|евро|доллар\w*|рублей|сомон\w*|toman|یورو|يورو|ایرو|دالر|دلار|افغانی|تومان|ریال|دينار|دینار|ليرة|لیره|دولار|ۆیرۆ|یۆرۆ|دۆلار|avro|yevro|evra|eura|evro|manat|rubl\w*"
_AMOUNT = re.compile(
    rf"(?:(?:{_MONEY})\s?\d[\d.,\s]{{0,12}}\d|(?<![\d.,])\d[\d.,]{{0,15}}(?:\s\d{{3}}){{0,4}}\s?(?:{_MONEY})\w{{0,4}})(?!\w)", re.IGNORECASE
)
#: «since 2019» where it is one word; words that write some letters as digits.
_SINCE = re.compile(rf"(?P<year>\d{{4}})['’]?{_LETTER}+")
_LETTERS = re.compile(r"[a-z'-]*(?:[2356789]{1,2}[a-z'-]+)+[2356789]?")
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\s?\d{2}(?:\s?(?=\w*\d)[A-Z0-9]{3,4}){3,8}(?:\s?(?=\w*\d)[A-Z0-9]{1,4})?(?!\w)", re.IGNORECASE)
_MIXES = (
    re.compile(r"[-+]?\d{1,3}[.,]\d{4,}\s?°?\s?[NSEW]?[\s,;/]+[-+]?\d{1,3}[.,]\d{4,}(?:\s?°?\s?[NSEW](?!\w))?"),  # a place on the map
    re.compile(r"\d{1,3}\s?°\s?\d{1,2}(?:[.,]\d+)?\s?['′’](?:\s?[\d.,]+\s?[\"″])?\s?[NSEW]?(?:[\s,;]+\d{1,3}\s?°\s?\d{1,2}.{0,9}[NSEW])?"),
    re.compile(r"(?<!\w)(?<!\d[./-])\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\w|[./-]\d)"),  # a day: most often of birth
    re.compile(rf"(?<![\w+])(?:{_CAPITAL}{{1,3}}[ -]?)?\+?[(]?\d(?:[\s()._\-/–]{{0,3}}\d){{6,17}}(?!\w)"),  # a telephone
    re.compile(rf"(?<!\w)(?=[\w/-]*{_LETTER})(?=[\w/-]*\d[\w/-]?\d[\w/-]?\d)[\w/-]{{6,}}(?!\w)"),  # a passport, a file
)
#: Letters and digits in groups: a plate, a paper.
_GROUPS = re.compile(
    rf"(?<![\w-])(?=[A-ZÄÖÜА-ЯЁ\d -]*\d)(?:{_CAPITAL}{{1,3}}|\d{{1,5}}|[\dA-ZА-ЯЁ]{{2,7}})(?:[ -](?:{_CAPITAL}{{1,3}}|\d{{1,5}}|[\dA-ZА-ЯЁ]{{2,6}})){{1,5}}(?![\w-])"
)
_UNITS = re.compile(r"(?<!\w)(?:KG|KM|CM|EUR|USD|TL|REAG|GARP|ALG|SGB|ABS|NR|UHR)(?!\w)")
_RUN = re.compile(rf"(?:(?<!\w){_CAPITAL}{{1,2}} ?)?\d{{4,}}")


@cache
def lists() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "numbers.yml").read_text("utf-8"))
    return found


def any_of(phrases: Iterable[str]) -> str:
    """The longest first; spaces are any, apostrophes of any kind."""
    ordered = sorted({phrase.lower() for phrase in phrases}, key=len, reverse=True)
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+").replace("'", "['’ʻʼ`]") for phrase in ordered)


def plain_digits(text: str) -> str:
    """Digits of a keyboard of pictures as digits."""
    return _KEYCAP.sub(r"\1", text)


def without_numbers(text: str) -> str:
    """Years and amounts stay."""
    for pattern, goes in ((_ACCOUNT, _always), (_born(), _always), (_spoken(), _spoken_goes), (_papers(), _paper_goes), (_GROUPS, _group_goes)):
        text = pattern.sub(_mark(text, goes), text)
    for pattern in _MIXES:
        text = pattern.sub(_mark(text, lambda found: not _is_word(found[0])), text)
    return _RUN.sub(_mark(text, lambda found: not is_year(found[0])), text)


def _mark(text: str, goes: Callable[[re.Match[str]], bool]) -> Callable[[re.Match[str]], str]:
    """What a number becomes, unless it is an amount of money."""
    kept = [found.span() for found in _AMOUNT.finditer(text)]

    def mark(found: re.Match[str]) -> str:
        if any(start < found.end() and found.start() < end for start, end in kept) or not goes(found):
            return found[0]
        return (found.groupdict().get("lead") or "") + NUMBER

    return mark


def is_year(digits: str) -> bool:
    """Of our calendar, or of the one of Iran and Afghanistan."""
    return len(digits) == 4 and digits.isdecimal() and (1900 <= int(digits) <= 2099 or 1330 <= int(digits) <= 1450)


def _is_word(text: str) -> bool:
    since = _SINCE.fullmatch(text)
    return bool(_LETTERS.fullmatch(text) if since is None else is_year(since["year"]))


def _always(_found: re.Match[str]) -> bool:
    return True


def _spoken_goes(found: re.Match[str]) -> bool:
    """Some of it must be words: what is only digits is looked at elsewhere."""
    return len(re.findall(rf"{_LETTER}+", found[0])) >= 3


def _paper_goes(found: re.Match[str]) -> bool:
    """«File 4471» goes, «passport 2 months» stays."""
    digits, letters = sum(map(str.isdigit, found["id"])), sum(map(str.isalpha, found["id"]))
    return digits + letters > 3 and digits > 2 and not is_year(found["id"].strip())


def _group_goes(found: re.Match[str]) -> bool:
    text = found[0]
    rest = re.sub(r"(?<!\w)(?:19|20)\d\d(?!\w)", "", text)
    digits, letters = sum(map(str.isdigit, rest)), sum(map(str.isalpha, rest))
    return letters > 0 and not _UNITS.search(text) and (digits > 4 or (digits > 2 and letters > 1))


@cache
def _spoken() -> re.Pattern[str]:
    """At least five numbers in a row, of them three as words."""
    number = rf"(?:و?(?:{any_of(word for line in lists()['digits'] for word in line.split())})(?!\w)|\d{{1,4}}(?!\w))"
    return re.compile(rf"(?<!\w){number}(?:[\s,.\-–/]*(?<!\w)(?:(?:{any_of(lists()['between'])})\s+)?{number}){{4,}}", re.IGNORECASE)


@cache
def _papers() -> re.Pattern[str]:
    part = rf"(?:{_LETTER}{{1,3}}[ /-]?)?\d[\w/.-]*"
    more = r"[ /-](?:(?-i:[A-ZА-ЯЁ]{1,3})(?!\w)|\w*\d[\w/.-]*)"
    lead = rf"(?<!\w)(?:{any_of(lists()['papers'])})\.?(?:[\s:=#(-]+(?:{any_of(lists()['is'])})(?!\w)\.?)*[\s:=#(-]+"
    return re.compile(rf"(?P<lead>{lead})(?P<id>{part}(?:{more}){{0,5}})(?!\w)", re.IGNORECASE)


@cache
def _born() -> re.Pattern[str]:
    """A day with month and year."""
    locales = [
        Locale.parse(tag) for tag in ("en", "de", "fr", "ru", "tg", "uz_Latn", "uz_Cyrl", "fa", "ps", "ar", "ckb", "tr", "sq", "sr_Cyrl", "sr_Latn")
    ]
    names = {
        name.rstrip(".") for one in locales for form in one.months.values() for width in ("wide", "abbreviated") for name in form[width].values()
    }
    names |= {name for line in lists()["months"] for name in line.split()}
    month = rf"(?:{any_of(name for name in names if len(name) > 1 and not name[0].isdigit())})\w{{0,3}}\.?"
    day, of, year = rf"\d{{1,2}}(?:\.|{_LETTER}{{1,3}}(?!\w)|-?{_LETTER}{{1,2}})?", r"(?:\s+(?:of|de|i|ی|of\s+the))?", r"\d{4}"
    apart = rf"\d{{1,2}}[\s./-]+\d{{1,2}}[\s./-]+{year}|{year}[./-]\d{{1,2}}[./-]\d{{1,2}}"
    return re.compile(rf"(?<!\w)(?:{day}{of}\s*[-/]?{month}[\s,/-]+(?:de\s+)?{year}|{month}\s+{day},?\s+{year}|{apart})(?!\d)", re.IGNORECASE)
