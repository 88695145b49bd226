"""Names of people taken out of what they wrote: where they say them, in every language, with capital letters or without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import dropwhile

from bot.teaching.leading import WORD, around, before_capitals, ends, given, guided, leading, lists, named, nobody, signed, telling, titled
from bot.teaching.vocabulary import is_common, is_word

Begins = Callable[[str, str], bool]  #: whether a word, in a language, begins a name

NAME = "‹name›"
MOST = 4  #: words that one name has

_LETTER = r"[^\W\d_]"
_SPACE = re.compile(r"[ \t\u00a0]+")
_AND = re.compile(
    rf"‹name›(?P<and>\s*(?:,(?=\s*{WORD}\s+(?:and|und|et|и|i|dhe|ve|va|ва|و|او|u)\s)|&|\+|/|و|(?<!\w)(?:and|und|et|и|i|dhe|edhe|ve|ile|va|ва|او|u|w|wa|aw|o)(?!\w))\s*)(?P<name>{WORD})",
    re.IGNORECASE,
)


def without_names(text: str, language: str) -> str:
    for pattern, begins in ((named(), _any), (titled(language), _any), (guided(language), _may_be_a_name), (before_capitals(language), _is_capital)):
        if pattern:
            text = _after(pattern, text, language, begins)
    text = given().sub(lambda found: _run_of_names(found, text), text)
    text = _OPENING.sub(lambda found: NAME if not any(is_word(word, language) for word in found[0].split()) else found[0], _greeted(text))
    text = _preceded(text, language)
    text = _between(text, language)
    text = signed(language).sub(lambda found: found["lead"] + NAME, text)
    return _joined(text, language)


def _after(pattern: re.Pattern[str], text: str, language: str, begins: Begins) -> str:
    """The names behind each place that the pattern finds, as marks."""
    parts, done = [], 0
    for found in pattern.finditer(text):
        if found.end() < done:
            continue
        until = _name_end(text, found.end(), language, _unless_said if found[0].rstrip().endswith(":") and begins is _any else begins)
        if until > found.end():
            parts += [text[done : found.end()], NAME]
            done = until
    return "".join([*parts, text[done:]])


def _name_end(text: str, start: int, language: str, begins: Begins) -> int:
    """Where the name that begins here ends; its beginning where there is none."""
    end, first_is_capital, particle = start, False, False
    for number, found in enumerate(_words(text, start)):
        word = found[0]
        if number == 0:
            if not begins(word, language):
                return start
            first_is_capital = word[0].isupper()
        elif (
            not particle and not _goes_on(word, language, first_is_capital=first_is_capital) and not (begins is _unless_said and _any(word, language))
        ):
            break
        if number >= MOST:
            break
        particle = word.lower() in _PARTICLES - _OF or word.lower() in ("von", "van")
        if number == 0 or word.lower() not in _OF:
            end = found.start() + len(word.rstrip(".'’-"))
    return end


def _any(word: str, language: str) -> bool:
    """After «my name is» anything is a name but what people say then of the name itself."""
    return word.lower().rstrip(".") not in ends(language) and not is_common(word, language)


def _unless_said(word: str, language: str) -> bool:
    """After «Name:» even a common word."""
    return word.lower().rstrip(".") not in ends(language)


def _is_capital(word: str, language: str) -> bool:
    return word[0].isupper() and not word[1:].isupper() and _may_be_a_name(word, language) and not is_word(word, language)


def _goes_on(word: str, language: str, *, first_is_capital: bool) -> bool:
    """Whether a further word belongs to the name that has begun."""
    if word.lower() in _PARTICLES:
        return True
    return word.lower().rstrip(".") not in ends(language) and ((first_is_capital and word[0].isupper()) or _is_unknown(word, language))


def _may_be_a_name(word: str, language: str) -> bool:
    """Where one may stand: it begins with a capital, or it is no word of the language. «I am Afghan» names nobody."""
    if _names_nobody(word) or word.lower().rstrip(".") in ends(language):
        return False
    if given().fullmatch(word) or _INITIAL.fullmatch(word):
        return True
    if _SUFFIXED.get(language, _NEVER).search(word):
        return False
    capital = word[0].isupper() and not word[1:].isupper() and not (language == "de" and is_word(word, "de"))
    return capital or _is_unknown(word, language)


def _names_nobody(word: str) -> bool:
    """A people, an office, a single letter."""
    return len(word) == 1 or word.lower().rstrip(".") in nobody() or word.lower().startswith(tuple(lists()["not_names"]))


def _is_unknown(word: str, language: str) -> bool:
    """No word of the language of the message, nor of those of the offices, which people mix into all; or built like a family's name."""
    if word.lower() in ends(language) or word.lower() in leading(language):
        return False
    exact = bool(_FAMILY.search(word))
    return not any(is_word(word, one, exact=exact) for one in dict.fromkeys((language, "en", "de")))


_INITIAL = re.compile(rf"{_LETTER}\.")
#: How names of families, and fond ones, end.
_FAMILY = re.compile(
    r".{2}(?:ov|ova|ev|eva|zoda|zade|zadeh|zada|zai|i[cć]|vi[cć]|o[gğ]lu|shvili|ullah|jon|bek|boy|xon|ов|ова|ев|ева|зода|заде|ић|жон|ҷон|бек|бой|хон|زاده|زی|زۍ|زي|پور|نژاد|الدین|الدين|الله)$",
    re.IGNORECASE,
)
_NEVER = re.compile(r"(?!)")
#: Words of languages that say «in», «from» and «to» at the end: a place more often than a person.
_SUFFIXED = {
    "tr": re.compile(r"['’]|(?:l[ıiuü]y[ıiuü]m|d[ae]n?|t[ae]n?|y[ıiuü]m)$"),
    "uz": re.compile(r"(?:da|dan|danman|ga|lik|likman|да|дан|данман|га|лик|ликман)$"),
}
#: Words of a name that are also everyday words: they belong to it if another follows.
_OF = frozenset(
    ("de", "la", "le", "di", "da", "der", "den", "du", "dos", "zu", "von", "van", "st", "san", "o", "ام", "ben", "ur", "ul", "ad", "al", "el")
)
_PARTICLES = frozenset(
    ["bin", "bint", "binti", "ibn", "ibni", "ibnu", "al", "el", "von", "van", "zu", "de", "la", "le", "di", "da", "der", "den", "du", "dos", "abu", "abo", "umm", "oum", "ben", "ul", "ur", "ud", "ad", "din", "uddin", "eddin", "ullah", "st", "san", "o", "d'", "ибн", "ибни", "бин", "бинт", "бинти", "аль", "эль", "оглы", "огли", "оғли", "углы", "кызы", "қизи", "ogli", "o'g'li", "qizi", "oglu", "kyzy", "بن", "ابن", "بنت", "ابو", "أبو", "ام", "أم", "ولد", "آل", "عبد", "الدین", "الدين", "الله", "الرحمن", "السادات", "سید", "سيد", "ملا", "حاجی", "حاجي", "گل", "ګل", "خان", "جان"]
)  # fmt: skip


def _words(text: str, start: int) -> Iterable[re.Match[str]]:
    """The words from here on as long as nothing but spaces stands between them; an initial may have its point."""
    pattern = re.compile(WORD)
    while found := pattern.match(text, start):
        yield found
        between = _SPACE.match(text, found.end())
        if between is None or (found[0].endswith(".") and len(found[0]) > 2):
            return
        start = between.end()


def _run_of_names(found: re.Match[str], text: str) -> str:
    word = found[0]
    if word.lower() in lists()["given_capital"]:
        inside = found.start() > 0 and text[: found.start()].rstrip()[-1:] not in (".", "!", "?", "\n", "")
        if not word[0].isupper() or not inside:
            return word
    return NAME


def _preceded(text: str, language: str) -> str:
    """Names that stand before the word that tells of them: «… here», «… ismli»."""
    for kind, opening in (("before", False), ("opening", True)):
        if pattern := telling(language, kind):
            text = _before(pattern, text, language, opening=opening)
    return text


def _before(pattern: re.Pattern[str], text: str, language: str, *, opening: bool) -> str:
    parts, done = [], 0
    for found in pattern.finditer(text):
        start = _name_start(text, done, found.start(), language)
        from_where = _FROM.search(text[done:start])
        if start < found.start() and not from_where and (not opening or _OPENS.search(text[:start])):
            parts += [text[done:start], NAME, text[found.start() : found.end()]]
            done = found.end()
    return "".join([*parts, text[done:]])


_FROM = re.compile(r"(?:^|\s)(?:aus|from|de|from|аз|az|از|له|لە|la|из|iz|nga|من|у|в|in|در|дар|dar|به|ба|ب)\s+$", re.IGNORECASE)
_OPENS = re.compile(
    r"(?:^|[.!?,،؟:\n‹›])\W*$|(?:^|\W)(?:hi|hello|hey|hallo|salut|bonjour|привет|здравствуйте|selam|merhaba|salom|салом|سلام|مرحبا|سڵاو|zdravo|tung)\W+$",
    re.IGNORECASE,
)


def _name_start(text: str, lowest: int, end: int, language: str) -> int:
    """Where the name that ends here begins; its end where there is none."""
    start, count = end, 0
    for found in reversed(list(re.finditer(WORD, text[lowest:end]))):
        between = text[lowest + found.end() : start]
        if count == MOST or (between and not between.isspace()):
            break
        if found[0].lower() in ends(language) or not _may_be_a_name(found[0], language):
            break
        start, count = lowest + found.start(), count + 1
    return start


def _between(text: str, language: str) -> str:
    """Names between two words: «they call me … at home»."""
    found = around(language)
    if found is None:
        return text

    def name(found: re.Match[str]) -> str:
        words = list(dropwhile(lambda word: word.lower() in ends(language), found["name"].split()))
        is_name = bool(words) and not any(word.lower() in ends(language) or is_common(word, language) or _names_nobody(word) for word in words)
        return found["name"].removesuffix(" ".join(words)) + NAME if is_name else found[0]

    return found.sub(name, text)


_GREETING = re.compile(
    rf"(?P<lead>^\s*(?:hello|hi|hey|dear|hallo|guten tag|bonjour|salut|salaam|salam|selam|merhaba|përshëndetje|pershendetje|tung|zdravo|dobar dan|здравствуйте|привет|салом|assalomu alaykum|здраво|سلام|مرحبا)\s+)(?P<name>{WORD}(?: {WORD})?)(?=\s*[,!.،:])",
    re.IGNORECASE,
)


#: Two or three capitals and a comma: somebody begins with the own name.
_OPENING = re.compile(r"^(?-i:[A-ZА-ЯЁҚҒҲҶӢӮЎŠĐČĆŽÇĞİÖŞÜË])[\w'’-]+(?: (?-i:[A-ZА-ЯЁҚҒҲҶӢӮЎŠĐČĆŽÇĞİÖŞÜË])[\w'’-]+){1,2}(?=\s*[,،])", re.MULTILINE)


def _greeted(text: str) -> str:
    """«Hello Sara, …»"""

    def name(found: re.Match[str]) -> str:
        capital = all(word[0].isupper() and not word.isupper() for word in found["name"].split())
        return found["lead"] + NAME if capital and not any(map(_names_nobody, found["name"].split())) else found[0]

    return _GREETING.sub(name, text)


def _joined(text: str, language: str) -> str:
    """The further names of a list: «my sons are called A and B»."""
    start = 0
    while found := _AND.search(text, start):
        start = found.end("and")
        glued = found["and"].strip() == "و" and not found["and"][-1:].isspace()
        word = found["name"]
        if word.lower() in ends(language) or not (
            _is_unknown(word, language) or given().fullmatch(word) or (word[0].isupper() and not glued and "," not in found["and"])
        ):
            continue
        until = _name_end(text, found.start("name"), language, _any)
        if until > start:
            text = text[:start] + NAME + text[until:]
            start = found.start()
    return text
