"""Mistakes as translators and machines make them, planted into a text by simple means that know nothing of how they are found."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

_HIDDEN = re.compile(r"\{\{[^}]*\}\}|\{[^}]*\}|\[\[[^|]*\||https?://\S+|\S+@\S+")
_RUN = re.compile(r"\d+(?:[.,٬ \u00a0\u202f]\d{3}(?!\d))*")
_YEAR = re.compile(r"(?<!\d)(?:20\d\d|[۲٢][۰٠][۰-۹٠-٩]{2})(?!\d)")
_NAMES = ("REAG/GARP", "StarthilfePlus", "EURP", "URA", "BAMF", "IOM", "UNHCR", "RIAT", "JRS", "ASTRA", "AVRR", "ZIRF", "A21")

_EURO = ["EUR", "euro", "Euro", "евро", "يورو", "یورو", "یۆرۆ", "avro", "yevro", "evra", "€"]
_DOLLAR = {
    "EUR": "USD",
    "€": "$",
    "euro": "dollars",
    "Euro": "Dollar",
    "евро": "долларов",
    "يورو": "دولار",
    "یورو": "دالر",
    "یۆرۆ": "دۆلار",
    "avro": "dolar",
    "yevro": "dollar",
    "evra": "dolara",
}
#: day, week, month, year: forms as they stand after a figure
_UNITS = {
    "en": ["days", "weeks", "months", "years"],
    "de": ["Tage|Tagen", "Wochen", "Monate|Monaten", "Jahre|Jahren"],
    "fr": ["jours", "semaines", "mois", "ans"],
    "ru": ["дней|дня", "недель|недели", "месяцев|месяца", "лет|года"],
    "sr": ["dana", "nedelja|nedelje", "meseci|meseca", "godina|godine"],
    "sq": ["ditë", "javë", "muaj", "vjet"],
    "tr": ["gün", "hafta", "ay", "yıl"],
    "uz": ["kun", "hafta", "oy", "yil"],
    "tg": ["рӯз", "ҳафта", "моҳ", "сол"],
    "fa": ["روز", "هفته", "ماه", "سال"],
    "ar": ["يوما|أيام|يوم", "أسبوعا|أسابيع|أسبوع", "شهرا|أشهر|شهر", "سنة|سنوات"],
    "ps": ["ورځې|ورځو", "اوونۍ|اوونیو", "میاشتې|میاشتو", "کاله|کالو"],
    "ckb": ["ڕۆژ", "هەفتە", "مانگ", "ساڵ"],
}
#: two months that are written alike in no language
_MONTHS = {
    "en": {"May": "June", "February": "March", "January": "July"}, "de": {"Mai": "Juni", "Februar": "März", "Januar": "Juli"},
    "fr": {"mai": "juin", "février": "mars", "janvier": "juillet"}, "ru": {"мая": "июня", "феврале": "марте", "январь": "июль"},
    "sr": {"maja": "juna", "februaru": "martu", "januar": "jul"}, "sq": {"maj": "qershor", "shkurt": "mars", "janar": "korrik"},
    "tr": {"Mayıs": "Haziran", "Şubat": "Mart", "Ocak": "Temmuz"}, "uz": {"may": "iyun", "fevral": "mart", "yanvar": "iyul"},
    "tg": {"майи": "июни", "феврали": "марти", "январи": "июли"}, "fa": {"می 2027": "جون 2027", "فبروری": "مارچ", "جنوری": "جولای"},
    "ar": {"مايو": "يونيو", "فبراير": "مارس", "يناير": "يوليو"}, "ps": {"مې په": "جون په", "فبروري": "مارچ"}, "ckb": {"ئایاری": "حوزەیرانی", "شوباتی": "ئازاری"},
}  # fmt: skip
#: at most → at least
_MOST = {
    "en": {"at most": "at least", "up to": "at least"}, "de": {"höchstens": "mindestens", "bis zu": "mindestens"},
    "fr": {"au maximum": "au minimum", "jusqu’à": "au moins"}, "ru": {"не больше": "не меньше"}, "sr": {"najviše": "najmanje"},
    "sq": {"më së shumti": "të paktën", "deri në": "të paktën"}, "tr": {"en fazla": "en az"}, "uz": {"koʻpi bilan": "kamida"},
    "tg": {"на бештар аз": "на камтар аз"}, "fa": {"حداکثر": "حداقل"}, "ar": {"على الأكثر": "على الأقل"}, "ps": {"تر ډېره": "لږ تر لږه"}, "ckb": {"زۆرترین": "لانیکەم"},
}  # fmt: skip
#: these are also said of places: «up to the bus»
_TOWARDS = frozenset({"up to", "bis zu", "jusqu’à", "deri në", "kadar", "حتى", "under", "unter", "زیر", "ژێر", "nën"})
#: words that bind an amount, wherever they stand
_BOUNDS = {
    "en": ["at most", "up to", "at least", "more than", "under"], "de": ["höchstens", "bis zu", "mindestens", "mehr als", "unter"],
    "fr": ["au maximum", "jusqu’à", "au moins", "plus de", "moins de"], "ru": ["не больше", "не меньше", "больше", "младше"],
    "sr": ["najviše", "najmanje", "više od"], "sq": ["më së shumti", "deri në", "të paktën", "më shumë se", "nën"],
    "tr": ["en fazla", "en az", "kadar"], "uz": ["koʻpi bilan", "kamida", "ortiq"], "tg": ["на бештар аз", "камаш", "зиёда аз"],
    "fa": ["حداکثر", "دست‌کم", "بیشتر از", "زیر"], "ar": ["على الأكثر", "على الأقل", "أكثر من", "حتى"], "ps": ["تر ډېره", "لږ تر لږه", "څخه زیات"],
    "ckb": ["زۆرترین", "لانیکەم", "زیاتر لە", "ژێر"],
}  # fmt: skip
#: what is put before a figure, and what is taken from a sentence
_NEGATIVE = {
    "en": ("not", ["not", "no", "never"]), "de": ("nicht", ["nicht", "keine", "kein", "keinen"]), "fr": ("pas", ["pas"]), "ru": ("не", ["не"]),
    "sr": ("ne", ["ne", "nisu", "nije"]), "sq": ("nuk", ["nuk", "mos"]), "tr": ("değil", ["değil"]), "uz": ("emas", ["emas"]), "tg": ("на", ["не", "нест", "нестанд"]),
    "fa": ("نه", ["نه", "نیست"]), "ar": ("ليس", ["لا", "لن", "ليس"]), "ps": ("نه", ["نشته"]), "ckb": ("نەک", ["نەک", "نییە"]),
}  # fmt: skip
#: verbs that carry their negation within them, and without it
_VERBS = {
    "tr": {"almaz": "alır", "ödenmez": "ödenir"}, "uz": {"olmaydi": "oladi", "toʻlanmaydi": "toʻlanadi"}, "tg": {"намегир": "мегир", "намешавад": "мешавад", "намекун": "мекун"},
    "fa": {"نمی‌": "می‌"}, "ckb": {"وەرناگرن": "وەردەگرن", "نادرێت": "دەدرێت"},
}  # fmt: skip
#: other writings of a name, which go with it
_ALSO = {"IOM": ("МОМ", "OIM", "المنظمة الدولية للهجرة"), "UNHCR": ("المفوضية السامية للأمم المتحدة", "المفوضية", "УВКБ", "HCR")}
#: words beside those above that negate a sentence
_NOBODY = ("nobody", "نه", "without", "cannot", "niemand", "ohne", "personne", "sans", "никто", "без", "нет", "niko", "bez", "askush", "pa", "hech", "hiç", "ҳеҷ", "бе", "هیچ", "بدون", "أحد", "دون", "هیڅوک", "بې", "هیچ", "بەبێ", "nema", "kimse")  # fmt: skip

Mutation = Callable[[str, str, random.Random], str | None]


def mutants(text: str, language: str, chance: random.Random, *, each: int = 2) -> Iterator[tuple[str, str]]:
    """Each kind of mistake that this text offers a place for, up to `each` times: its name and the text that has it."""
    for kind, mutate in KINDS.items():
        made = {mutant for _ in range(each) if (mutant := mutate(text, language, chance)) is not None and mutant.split() != text.split()}
        yield from ((kind, mutant) for mutant in sorted(made))


def _at(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _spots(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Where a pattern occurs in what a person reads."""
    masked = _HIDDEN.sub(lambda match: "\ue000" * len(match[0]), text)
    return list(pattern.finditer(masked))


def _figures(text: str) -> list[re.Match[str]]:
    """Figures; not those within a name."""
    return [
        match
        for match in _spots(text, _RUN)
        if not text[max(match.start() - 1, 0) : match.start()].isascii() or not text[match.start() - 1 : match.start()].isalpha()
    ]


def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])")


def _some(chance: random.Random, found: list[re.Match[str]]) -> re.Match[str] | None:
    return chance.choice(found) if found else None


def _digit(text: str, language: str, chance: random.Random) -> str | None:
    if not (run := _some(chance, _figures(text))):
        return None
    place = chance.choice([at for at in range(*run.span()) if text[at].isdigit()])
    zero = ord(text[place]) - int(text[place])
    return (
        _at(text, place, place + 1, chr(zero + (int(text[place]) + chance.randint(1, 9)) % 10))
        if run[0].isascii()
        else _at(text, place, place + 1, chr(zero + (int(text[place]) + 1) % 10))
    )


def _drop(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, _figures(text))
    return _at(text, *run.span(), "") if run else None


def _swap(text: str, language: str, chance: random.Random) -> str | None:
    """Two figures that follow each other change places."""
    runs = _figures(text)
    pairs = [(one, two) for one, two in pairwise(runs) if one[0] != two[0] and "+" not in text[max(0, one.start() - 20) : one.start()]]
    if not pairs:
        return None
    one, two = chance.choice(pairs)
    return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]


def _thousands(text: str, language: str, chance: random.Random) -> str | None:
    runs = [run for run in _figures(text) if len(run[0]) > 4]
    run = _some(chance, runs)
    return _at(text, *run.span(), chance.choice([run[0][:-4], run[0][0] + run[0][-1] + run[0][1:]])) if run else None


def _currency(text: str, language: str, chance: random.Random) -> str | None:
    spots = [match for word in _EURO for match in _spots(text, re.compile(rf"(?<![^\W\d_]){re.escape(word)}(?![pп])"))]
    spot = _some(chance, spots)
    return _at(text, *spot.span(), _DOLLAR[spot[0]]) if spot else None


def _unit(text: str, language: str, chance: random.Random) -> str | None:
    """Days become weeks, weeks months, and so on, after a figure."""
    found = []
    for place, forms in enumerate(_UNITS[language]):
        other = _UNITS[language][(place + 1) % 4].split("|")[0]
        found += [
            (match, other)
            for match in _spots(text, re.compile(rf"(?<=\d )(?:{forms})(?![^\W\d_])"))
            if place != 3 or not _YEAR.search(text[max(match.start() - 5, 0) : match.start()])
        ]
    if not found:
        return None
    match, other = chance.choice(found)
    return _at(text, *match.span(), other)


def _year(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, _spots(text, _YEAR))
    return _at(text, run.end() - 1, run.end(), chr(ord(run[0][-1]) + (1 if int(run[0][-1]) < 9 else -1))) if run else None


def _month(text: str, language: str, chance: random.Random) -> str | None:
    spots = [
        match
        for word in _MONTHS[language]
        for match in _spots(text, re.compile(rf"(?<![^\W\d_]){re.escape(word)}"))
        if re.search(r"\d", text[max(match.start() - 6, 0) : match.end() + 20])
    ]
    spot = _some(chance, spots)
    return _at(text, *spot.span(), _MONTHS[language][spot[0]]) if spot else None


def _phone(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, list(re.compile(r"\+\d[\d ]{6,}\d").finditer(text)))
    if not run:
        return None
    place = chance.choice([at for at in range(run.start() + 1, run.end()) if text[at].isdigit()])
    zero = ord(text[place]) - int(text[place])
    return _at(text, place, place + 1, chr(zero + (int(text[place]) + 1) % 10))


def _link(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, list(re.finditer(r"https?://\S+[\w/]|\S+@\S+\w", text)))
    return _at(text, run.end() - 1, run.end(), chance.choice("xyz")) if run else None


def _drop_place(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, list(re.finditer(r"\{\{[^}]*\}\}", text)))
    return _at(text, *run.span(), "") if run else None


def _rename_place(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, list(re.finditer(r"\{\{[^}]*\}\}", text)))
    return _at(text, *run.span(), run[0][:-3] + "}}") if run else None


def _double_place(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, list(re.finditer(r"\{\{[^}]*\}\}", text)))
    return _at(text, *run.span(), f"{run[0]}\n{run[0]}") if run else None


def _swap_places(text: str, language: str, chance: random.Random) -> str | None:
    """Two open places change places: the number for children stands where that for women should."""
    pairs = [(one, two) for one, two in pairwise(re.finditer(r"\{\{[^}]*\}\}", text)) if one[0] != two[0]]
    if not pairs:
        return None
    one, two = chance.choice(pairs)
    return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]


def _empty_fact(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, list(re.finditer(r"\[\[\w+\|(.*?)\]\]", text)))
    return _at(text, *run.span(1), "") if run else None


def _rename_fact(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, list(re.finditer(r"\[\[(\w+)\|", text)))
    return _at(text, *run.span(1), run[1] + "_2") if run else None


def _drop_fact(text: str, language: str, chance: random.Random) -> str | None:
    run = _some(chance, list(re.finditer(r"\[\[\w+\|(.*?)\]\]", text)))
    return _at(text, *run.span(), run[1]) if run else None


def _add_fact(text: str, language: str, chance: random.Random) -> str | None:
    """A sentence that needs no span gets one."""
    run = _some(chance, list(re.finditer(r"^(?!- )(?!.*(?:\[\[|\{)).+$", text, re.MULTILINE)))
    return _at(text, *run.span(), f"[[xx_fact|{run[0]}]]") if run else None


def _rename_name(text: str, language: str, chance: random.Random) -> str | None:
    """Every mention of a programme becomes another programme."""
    names = [name for name in _NAMES if _spots(text, _word(name))]
    if not names:
        return None
    name = chance.choice(names)
    other = chance.choice([one for one in _NAMES if one not in text])
    return re.sub(_word(name), other, text)


def _misspell_name(text: str, language: str, chance: random.Random) -> str | None:
    """Every mention has the same two letters changed round."""
    names = [name for name in (*_NAMES, "Medinetz", "Duldung") if _spots(text, _word(name))]
    if not names:
        return None
    name = chance.choice(names)
    return re.sub(_word(name), name[:-2] + name[-1] + name[-2], text)


def _drop_name(text: str, language: str, chance: random.Random) -> str | None:
    names = [name for name in _NAMES if _spots(text, _word(name))]
    if not names:
        return None
    name = chance.choice(names)
    for writing in (name, *_ALSO.get(name, ())):
        text = re.sub(rf"(?<![^\W\d_])(?:ال|لل|ل|ب)?{re.escape(writing)}(?![^\W\d_])", "", text)
    return text


def _most_least(text: str, language: str, chance: random.Random) -> str | None:
    spots = [match for word in _MOST[language] for match in _spots(text, _word(word)) if _binds(text, match)]
    spot = _some(chance, spots)
    return _at(text, *spot.span(), _MOST[language][spot[0]]) if spot else None


def _binds(text: str, match: re.Match[str]) -> bool:
    """Whether a bound is said of a figure: it stands before one («up to 3»), and not between two («7 up to 30»), or it closes its clause."""
    before, after = text[max(match.start() - 16, 0) : match.start()], text[match.end() :]
    if re.match(r"\s*\d", after):
        return not re.search(r"\d\D{0,3}$", before)
    return match[0] not in _TOWARDS and bool(re.search(r"\d[^.;,:()]*$", before) or re.match(r"[^.;,:()\n]*\d", after))


def _drop_bound(text: str, language: str, chance: random.Random) -> str | None:
    """A bound that stands beside a figure goes."""
    spots = [
        match
        for word in _BOUNDS[language]
        for match in _spots(text, _word(word))
        if _binds(text, match) and re.search(r"\d", text[max(match.start() - 16, 0) : match.end() + 3])
    ]
    spot = _some(chance, spots)
    return _at(text, *spot.span(), "") if spot else None


def _add_negation(text: str, language: str, chance: random.Random) -> str | None:
    """«200 EUR» becomes «not 200 EUR», in a sentence that negates nothing yet."""
    runs = [
        run
        for run in _figures(text)
        if not _YEAR.fullmatch(run[0]) and text[run.start() - 1 : run.start()] in " |" and not _negative(text, run, language)
    ]
    run = _some(chance, runs)
    return _at(text, run.start(), run.start(), _NEGATIVE[language][0] + " ") if run else None


def _negative(text: str, run: re.Match[str], language: str) -> bool:
    """Whether the sentence around a figure negates something already."""
    start = max(text.rfind(mark, 0, run.start()) for mark in (". ", "\n", "|", "؟", "?", "! ")) + 1
    sentence = re.split(r"[.!?؟](?=\s|\])|\n|\]", text[start:])[0]
    words = [*_NEGATIVE[language][1], *_NOBODY]
    return (
        any(_word(word).search(sentence.lower()) for word in words)
        or any(verb in sentence for verb in _VERBS.get(language, {}))
        or bool(re.search(r"\bна\w+|\bн[иы]\w+|نا\w+|m[ae]z\b", sentence.lower()))
    )


def _remove_negation(text: str, language: str, chance: random.Random) -> str | None:
    """The negation of a sentence with a figure goes, in the verb or before it."""
    found: list[tuple[int, int, str]] = []
    for sentence in re.finditer(r"(?:[^.!?\n|\]]|\.(?=\d))+", text):
        if re.search(r"\d", sentence[0]):
            start = sentence.start()
            found += [
                (start + match.start(), start + match.end(), "") for word in _NEGATIVE[language][1] for match in _word(word).finditer(sentence[0])
            ]
            found += [
                (start + at, start + at + len(word), new) for word, new in _VERBS.get(language, {}).items() if (at := sentence[0].find(word)) >= 0
            ]
    return _at(text, *chance.choice(found)) if found else None


KINDS: dict[str, Mutation] = {
    "digit": _digit,
    "number dropped": _drop,
    "figures swapped": _swap,
    "thousands": _thousands,
    "currency": _currency,
    "unit": _unit,
    "year": _year,
    "month": _month,
    "telephone": _phone,
    "link": _link,
    "place dropped": _drop_place,
    "place renamed": _rename_place,
    "place doubled": _double_place,
    "places swapped": _swap_places,
    "fact emptied": _empty_fact,
    "fact renamed": _rename_fact,
    "fact dropped": _drop_fact,
    "fact added": _add_fact,
    "name changed": _rename_name,
    "name misspelt": _misspell_name,
    "name dropped": _drop_name,
    "at most, at least": _most_least,
    "bound dropped": _drop_bound,
    "negation added": _add_negation,
    "negation removed": _remove_negation,
}
