"""Personal data taken out of what people wrote, in every language, before an editor sees it: rather too much than too little."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

NAME, NUMBER, ADDRESS = "‹name›", "‹number›", "‹address›"
MARK = re.compile("‹(?:name|number|address)›")
MOST = 4  #: words that one name has

_LETTER = r"[^\W\d_]"
_WORD = rf"{_LETTER}(?:[\w'’ʻʼ`.-]|[\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d])*"
_GAP = "[\\s:=\"'«„“”»(–-]{0,4}"

_LINKS = (
    re.compile(r"https?://\S+|www\.\S+|(?<![\w.])(?:t\.me|wa\.me|fb\.com|m\.me)/\S+", re.IGNORECASE),
    re.compile(r"(?<!\S)[^\s@]+@[^\s@]+\.[^\s@]*[\w/]"),
    re.compile(r"(?<![\w.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|info|de|fr|uk|ru|tj|uz|af|iq|gr|al|rs|io)(?:/\S*)?(?!\w)", re.IGNORECASE),
    re.compile(r"(?<![\w@])@\w[\w.]+"),
    re.compile(
        r"(?<=telegram:)\s*\S+|(?<=whatsapp:)\s*\S+|(?<=instagram:)\s*\S+|(?<=facebook:)\s*\S+|(?<=insta:)\s*\S+|(?<=skype:)\s*\S+|(?<=viber:)\s*\S+",
        re.IGNORECASE,
    ),
)
_HOUSE = r"\d{1,4}\s?[a-z]?(?!\w)"
_CAPITALS = r"(?:(?-i:[A-ZА-ЯЁЂЈЉЊЋЏŠĐČĆŽÇĞİÖŞÜ])[\w.-]+)(?:\s+(?-i:[A-ZА-ЯЁЂЈЉЊЋЏŠĐČĆŽÇĞİÖŞÜ])[\w.-]+){0,2}"
_FEW = rf"(?:{_WORD}[\s,]+){{0,3}}?"
_STREETS = (
    re.compile(
        rf"(?:{_LETTER}[\w-]*(?:straße|strasse|str\.|straat|gasse|allee|platz|damm)|{_LETTER}[\w-]+\s(?:straße|strasse|str\.|platz|allee|weg|ring))\s*{_HOUSE}",
        re.IGNORECASE,
    ),
    re.compile(rf"{_LETTER}[\w-]+weg\s+{_HOUSE}", re.IGNORECASE),
    re.compile(rf"\d{{1,4}}[a-z]?,?\s+(?:{_WORD}\s+){{1,3}}?(?:street|st\.|road|rd\.?|avenue|ave\.?|lane|boulevard)(?!\w)", re.IGNORECASE),
    re.compile(rf"(?:street|road|avenue)\s+(?:no\.?\s*)?{_HOUSE}", re.IGNORECASE),
    re.compile(
        rf"\d{{1,4}}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|boulevard|place|chemin|impasse|allée|route)\s+(?:de\s+|du\s+|des\s+|la\s+|l['’]|le\s+)*{_WORD}(?:\s+[A-ZÉÈÀ]{_WORD})*",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<!\w)(?:rue|avenue|boulevard)\s+(?:de\s+|du\s+|des\s+|la\s+|l['’]|le\s+)*(?-i:[A-ZÉÈÀ])[\w'’-]+(?:\s+(?-i:[A-ZÉÈÀ])[\w'’-]+)*",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?:ул\.|улиц[аеуы]|проспект[еа]?|пр-т|переул\w+|ulits[aeu]|ulica|ulici|ul\.|bulevar|улици|булевар)\s*(?:{_CAPITALS}|{_WORD}(?=\s+\d))(?:[\s,]+(?:дом|д\.|br\.?|бр\.?|кв\.|broj|број)?\s*{_HOUSE})*",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?:rrug[aëe]n?|rr\.|bulevardi)\s+(?-i:[A-ZÇË\"„“])[\w\"“”-]*(?:\s+(?-i:[A-ZÇË])[\w\"“”-]+)*(?:[\s,]+(?:nr\.?|numri)?\s*{_HOUSE})?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_CAPITALS}\s+(?:sokak|sokağı|sokağ[ıi]nda|sok\.|caddesi|caddesinde|cadde|cad\.|mahallesi|mahallesinde|mah\.|bulvarı)(?:[\s,]+(?:no|numara)?[:.]?\s*{_HOUSE})?(?!\w)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_WORD}\s+(?:ko['’ʻʼ`]?chasi(?:da)?|кўчаси(?:да)?)(?:[\s,]+{_HOUSE})?|(?<!\w)(?:кӯчаи|кучаи|хиёбони|маҳаллаи|kuchai)\s+{_WORD}(?:[\s,]+{_HOUSE})?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?:خیابان|کوچه|کوچهٔ|سرک|جاده|شارع|حي|سړک|کوڅه|شەقامی|کۆڵانی|گەڕەکی)\s+{_FEW}(?:پلاک|نمبر|شماره|رقم|ژمارە|شمېره|خانه)?\s*\d+"
    ),
    re.compile(rf"(?<!\w)(?:شارع|شەقامی|گەڕەکی)\s+{_WORD}"),
)
_MONEY = r"€|\$|£|₺|euros?|eur|usd|dollars?|dolar\w*|dollar\w*|afghani|afs?|lir[ae]|tl|lek\w*|din[aā]r\w*|dinar\w*|so['’]?m|sum|сом\w*|сўм|руб\w*|евро|доллар\w*|рублей|сомон\w*|toman|یورو|يورو|ایرو|دالر|دلار|افغانی|تومان|ریال|دينار|دینار|ليرة|لیره|دولار|ۆیرۆ|یۆرۆ|دۆلار|avro|yevro|evra|eura|evro|manat|rubl\w*"
_AMOUNT = re.compile(rf"(?:(?:{_MONEY})\s?\d[\d.,\s]{{0,12}}\d|\d[\d.,]*(?:\s\d{{3}})*\s?(?:{_MONEY})\w{{0,4}})(?!\w)", re.IGNORECASE)
_MIXES = (
    re.compile(r"(?<!\w)[A-Z]{2}\s?\d{2}(?:\s?[A-Z0-9]{3,4}){3,8}(?:\s?[A-Z0-9]{1,4})?(?!\w)", re.IGNORECASE),  # an account
    re.compile(r"(?<![\w+])\+?\d(?:[\s().\-/]{0,3}\d){6,17}(?!\w)"),  # a telephone
    re.compile(rf"(?<!\w)(?=[\w/-]*{_LETTER})(?=[\w/-]*\d[\w/-]?\d[\w/-]?\d)[\w/-]{{6,}}(?!\w)"),  # a passport, a file
    re.compile(r"(?<!\w)\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\w)"),  # a day: most often of birth
)
_RUN = re.compile(r"\d{4,}")


@cache
def _lists() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "personal.yml").read_text("utf-8"))
    return found


def redacted(text: str, language: str) -> str:
    """The text with names, numbers and addresses replaced by marks. Years and amounts stay, and so do places."""
    text = text.replace("‹", "").replace("›", "")
    for pattern in (*_LINKS, *_STREETS):
        text = pattern.sub(ADDRESS, text)
    return _without_names(_without_numbers(text), language)


def bare(text: str) -> str:
    """The text without marks: what may become training data."""
    return " ".join(MARK.sub(" ", text).split())


def _without_numbers(text: str) -> str:
    kept = [found.span() for found in _AMOUNT.finditer(text)]

    def number(found: re.Match[str]) -> str:
        if any(start < found.end() and found.start() < end for start, end in kept):
            return found[0]
        return NUMBER

    for pattern in _MIXES:
        text = pattern.sub(number, text)
        kept = [found.span() for found in _AMOUNT.finditer(text)]
    return _RUN.sub(lambda found: found[0] if _is_year(found[0]) else number(found), text)


def _is_year(digits: str) -> bool:
    """Of our calendar, or of the one of Iran and Afghanistan."""
    return len(digits) == 4 and (1900 <= int(digits) <= 2099 or 1330 <= int(digits) <= 1450)


def _without_names(text: str, language: str) -> str:
    ends = _ends(language)
    for pattern in (_named(), _guided(language)):
        text = _after(pattern, text, ends, language, guided=pattern is not _named())
    text = _given().sub(lambda found: _run_of_names(found, text), text)
    text = _greeted(text)
    if before := _before(language):
        text = before.sub(lambda found: NAME + found["rest"], text)
    return _signed(language).sub(lambda found: found["lead"] + NAME, text)


def _after(pattern: re.Pattern[str], text: str, ends: frozenset[str], language: str, *, guided: bool) -> str:
    """The names behind each place that the pattern finds, as marks."""
    parts, done = [], 0
    for found in pattern.finditer(text):
        if found.end() < done:
            continue
        until = _name_end(text, found.end(), ends, language, guided=guided)
        if until > found.end():
            parts += [text[done : found.end()], NAME]
            done = until
    return "".join([*parts, text[done:]])


def _name_end(text: str, start: int, ends: frozenset[str], language: str, *, guided: bool) -> int:
    """Where the name that begins here ends; its beginning where there is none."""
    end, first_is_capital = start, False
    for number, found in enumerate(_words(text, start)):
        word, capital = found[0], found[0][0].isupper()
        if number == 0:
            if (guided and (not _looks_like_a_name(word) or _SUFFIXED.get(language, _NEVER).search(word))) or (
                language == "ar" and re.match("(?:و|ب)?ال|لل", word)
            ):
                return start
            first_is_capital = capital
        most = MOST if first_is_capital else 3 if not word.isascii() else 2
        if number >= most or word.lower().rstrip(".") in ends or (number and first_is_capital and not capital and word not in _PARTICLES):
            break
        end = found.start() + len(word.rstrip(".'’-"))
    return end


_NEVER = re.compile(r"(?!)")
#: Words of languages that say «in», «from» and «to» at the end: a place more often than a person.
_SUFFIXED = {
    "tr": re.compile(r"['’]|(?:l[ıiuü]y[ıiuü]m|d[ae]n?|t[ae]n?|y[ıiuü]m)$"),
    "uz": re.compile(r"(?:da|dan|danman|ga|lik|likman|да|дан|данман|га|лик|ликман)$"),
}
_PARTICLES = frozenset({"bin", "ibn", "al", "el", "von", "van", "de", "abu", "ben", "ul", "ur"})


def _words(text: str, start: int) -> Iterable[re.Match[str]]:
    """The words from here on as long as nothing but spaces stands between them."""
    pattern, gap = re.compile(_WORD), re.compile(r"[ \t\u00a0]+")
    while found := pattern.match(text, start):
        yield found
        between = gap.match(text, found.end())
        if between is None or found[0].endswith("."):
            return
        start = between.end()


def _looks_like_a_name(word: str) -> bool:
    """Begins with a capital and goes on with small letters; «I am Afghan» names nobody."""
    return word[0].isupper() and len(word) > 1 and not word[1:].isupper() and not word.lower().startswith(tuple(_lists()["not_names"]))


def _run_of_names(found: re.Match[str], text: str) -> str:
    word = found[0]
    if word.lower() in _lists()["given_capital"]:
        inside = found.start() > 0 and text[: found.start()].rstrip()[-1:] not in (".", "!", "?", "\n", "")
        if not word[0].isupper() or not inside:
            return word
    return NAME


@cache
def _given() -> re.Pattern[str]:
    """A known given name with the capitalised, or known, names after it."""
    known = _alternatives([*_lists()["given"], *_lists()["given_capital"]])
    return re.compile(
        rf"(?<![\w’'-])(?:{known})(?:i:)?(?:[ \u200c-](?:(?:{known})(?!\w)|(?-i:[A-ZА-ЯЁҚҒҲҶӢӮЎŠĐČĆŽÇĞİÖŞÜË])[\w’'-]+))*(?!\w)", re.IGNORECASE
    )


@cache
def _named() -> re.Pattern[str]:
    """In all languages: people mix them."""
    phrases = [phrase for lists in _lists().values() if isinstance(lists, dict) for phrase in lists["named"]]
    return re.compile(rf"(?<!\w)(?:{_alternatives(phrases)}){_boundary()}{_GAP}", re.IGNORECASE)


@cache
def _guided(language: str) -> re.Pattern[str]:
    """In the language itself, and in those of the offices that people name."""
    phrases = [phrase for name in dict.fromkeys((language, "en", "de")) for phrase in _lists().get(name, {}).get("guided", ())]
    return re.compile(rf"(?<!\w)(?:{_alternatives(phrases)}){_boundary()}\.?{_GAP}", re.IGNORECASE)


@cache
def _before(language: str) -> re.Pattern[str] | None:
    """A name that stands before the word that tells of it."""
    words = _lists().get(language, {}).get("before")
    return (
        re.compile(rf"(?:\b[^\W\d_a-zа-я][\w'’-]+\s+){{0,3}}\b[^\W\d_a-zа-яğıöşüçўқғҳ][\w'’-]*(?P<rest>\s+(?i:{_alternatives(words)})(?!\w))")
        if words
        else None
    )


@cache
def _signed(language: str) -> re.Pattern[str]:
    """The last words of a message, after a farewell."""
    phrases = [phrase for name in dict.fromkeys((language, "en", "de")) for phrase in _lists().get(name, {}).get("signed", ())]
    return re.compile(
        rf"(?P<lead>(?<!\w)(?:{_alternatives(phrases)})[\s,.:!،-]+)(?!‹){_WORD}(?:[ ]+{_WORD}){{0,3}}\s*\.?\s*$", re.IGNORECASE | re.MULTILINE
    )


_GREETING = re.compile(
    rf"(?P<lead>^\s*(?:hello|hi|hey|dear|hallo|guten tag|bonjour|salut|salaam|salam|selam|merhaba|përshëndetje|pershendetje|tung|zdravo|dobar dan|здравствуйте|привет|салом|assalomu alaykum|здраво|سلام|مرحبا)\s+)(?P<name>{_WORD}(?: {_WORD})?)(?=\s*[,!.،:])",
    re.IGNORECASE,
)


def _greeted(text: str) -> str:
    """«Hello Sara, …»"""

    def name(found: re.Match[str]) -> str:
        return found["lead"] + NAME if all(_looks_like_a_name(word) for word in found["name"].split()) else found[0]

    return _GREETING.sub(name, text)


@cache
def _ends(language: str) -> frozenset[str]:
    return frozenset(word for name in dict.fromkeys((language, "en", "de")) for word in _lists().get(name, {}).get("ends", ()))


def _alternatives(phrases: Iterable[str]) -> str:
    """The longest first; spaces are any, apostrophes of any kind."""
    ordered = sorted({phrase.lower() for phrase in phrases}, key=len, reverse=True)
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+").replace("'", "['’ʻʼ`]") for phrase in ordered)


def _boundary() -> str:
    """A phrase ends where its word does; after a colon anything may follow."""
    return r"(?:(?<=:)|(?!\w))"
