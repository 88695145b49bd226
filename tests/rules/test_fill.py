"""Filling and splitting: the right contacts for where the person is, numbers readable in every direction, long texts whole and in order."""

import random
import re
from datetime import timedelta

import pytest
import yaml

from bot.answers.fill import EUROPE, answer_text, contact_line, filled, length, plain, split
from bot.answers.library import Answer, KnownContact, Library
from bot.figures import today
from bot.i18n import RIGHT_TO_LEFT
from nlu import LANGUAGES
from tests.conftest import CONTENT

ISOLATE, END = "\u2066", "\u2069"
PHRASES = {
    "emergency_unknown": "Elsewhere: the emergency number there",
    "open_247": "day and night",
    "free_of_charge": "free of charge",
    "as_of": "as of {date}",
}


def contact(name: str, country: str, *phones: str, topics: tuple[str, ...] = ("emergency",), **how: object) -> KnownContact:
    plain_one = {"kind": "emergency", "hours": "", "url": "", "postal": "", "free": None, "as_of": "", "names": {"en": name, "fa": f"«{name}»"}}
    return KnownContact(id=name, country=country, phones=phones, topics=topics, **plain_one | how)  # type: ignore[arg-type]


CONTACTS = (
    contact("eu_112", "EU", "112"),
    contact("de_police", "DE", "110"),
    contact("de_112", "DE", "112"),
    contact("ru_112", "RU", "112"),
    contact("world", "INT", url="https://example.org/help"),
    contact("de_women", "DE", "116 016", topics=("women",)),
)
LIBRARY = Library({}, {(name, "en"): text for name, text in PHRASES.items()}, CONTACTS)
UNKNOWN = f"- {PHRASES['emergency_unknown']}"


def fill(text: str, country: str | None, language: str = "en", **blanks: str) -> str:
    return filled(text, country, LIBRARY, language=language, blanks=blanks)


# --- contacts by country ---------------------------------------------------------------------------------------------------

EMERGENCY = {
    "DE": ["- de_police: 110", "- de_112: 112", "- world: https://example.org/help"],  # 112 once, the national one
    "FR": ["- eu_112: 112", "- world: https://example.org/help"],
    "RU": ["- ru_112: 112", "- world: https://example.org/help"],
    "TJ": ["- world: https://example.org/help"],
    None: ["- eu_112: 112", "- world: https://example.org/help", UNKNOWN],
}


@pytest.mark.parametrize("country", EMERGENCY)
def test_contacts_are_those_of_the_country(country: str | None) -> None:
    assert fill("{{contacts:emergency}}", country).splitlines() == EMERGENCY[country]


def test_a_topic_nobody_answers_there_says_nothing() -> None:
    assert fill("Lines:\n{{contacts:women}}", "TJ") == "Lines:"


def test_without_any_emergency_contact_it_says_where_to_look() -> None:
    nothing = Library({}, LIBRARY.phrases, ())
    assert filled("{{contacts:emergency}}", "TJ", nothing, language="en") == UNKNOWN


def test_one_contact_can_be_named_by_its_id_and_a_missing_one_leaves_no_trace() -> None:
    assert fill("Call\n{{contact:de_women}}\nnow", "TJ") == "Call\n- de_women: 116 016\nnow"
    assert fill("Call\n{{contact:nobody}}", "DE") == "Call"


def test_a_german_person_gets_110_and_112(library: Library) -> None:
    for language in LANGUAGES:
        answer = library.answer("immediate_danger", language)
        assert answer is not None
        assert {"110", "112"} <= numbers(answer_text(answer, "DE", library, language=language))


def test_nobody_gets_the_numbers_of_another_country(library: Library) -> None:
    """Over every published text, every language and every country of which we know a number: nothing is better than a wrong number."""
    of_country = {
        country: {phone for c in library.contacts if c.country == country for phone in c.phones} for country in {c.country for c in library.contacts}
    }
    told = [answer for answer in library.answers.values() if "{{" in answer.text + "".join(answer.variants.values())]
    wrong = []
    for country in [None, "TJ", "AF", "TR", "SY", "FR", *of_country]:
        near = [country, "INT"] + (["EU"] if country is None or country in EUROPE else [])
        foreign = set().union(*of_country.values()).difference(*(of_country.get(place, set()) for place in near if place))
        number = re.compile(rf"(?<![\d+])({'|'.join(map(re.escape, foreign))})(?!\d)")
        for answer in told:
            found = number.findall(answer_text(answer, country, library, language=answer.language))
            wrong += [f"{answer.intent}/{answer.language} in {country}: {phone}" for phone in found]
    assert wrong == []


def test_only_contacts_that_may_be_shown_are_shown(library: Library) -> None:
    rows = yaml.safe_load((CONTENT / "contacts.yml").read_text("utf-8"))["contacts"]
    hidden = [row["id"] for row in rows if row["show"] != "live"]
    assert hidden
    assert {c.id for c in library.contacts} == {row["id"] for row in rows if row["show"] == "live"}
    assert [name for name in hidden if filled(f"{{{{contact:{name}}}}}", "DE", library, language="en")] == []


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


# --- lines and blanks ------------------------------------------------------------------------------------------------------

LINES = {
    "a number alone": (contact("A", "DE", "1"), "A: 1"),
    "two numbers": (contact("A", "DE", "1", "2"), "A: 1 / 2"),
    "an address of the web where there is no number": (contact("A", "DE", url="https://a.example"), "A: https://a.example"),
    "a name alone": (contact("A", "DE"), "A"),
    "day and night, free of charge": (contact("A", "DE", "1", hours="24/7", free=True), "A: 1 (day and night, free of charge)"),
    "a web page is not called free of charge": (contact("A", "DE", url="https://a.example", free=True), "A: https://a.example"),
    "hours": (contact("A", "DE", "1", hours="Mon-Fri 08:00-16:00 (state of 2020)"), "A: 1 (Mon-Fri 08:00-16:00)"),
    "hours unknown": (contact("A", "DE", "1", hours="unknown"), "A: 1"),
    "the age of what we know": (contact("A", "DE", "1", kind="hotline", as_of="about 2016"), "A: 1 (as of 2016)"),
    "an emergency number does not age": (contact("A", "DE", "1", as_of="2016"), "A: 1"),
    "a postal address": (contact("A", "DE", "1", postal="Street 5"), "A: 1, Street 5"),
}


@pytest.mark.parametrize(("shown", "line"), LINES.values(), ids=LINES)
def test_the_line_of_a_contact(shown: KnownContact, line: str) -> None:
    assert contact_line(shown, LIBRARY, "en") == line


@pytest.mark.parametrize("language", sorted(RIGHT_TO_LEFT))
def test_numbers_and_addresses_run_left_to_right_inside_right_to_left_text(language: str) -> None:
    shown = contact("A", "DE", "+49 30 1", "2", postal="Street 5", hours="Mon-Fri 08:00", kind="office", as_of="2016")
    line = contact_line(shown, LIBRARY, language)
    for part in ("+49 30 1", "2", "Street 5", "Mon-Fri 08:00", "2016"):
        assert f"{ISOLATE}{part}{END}" in line
    assert line.count(ISOLATE) == line.count(END) == 5


def test_left_to_right_text_needs_no_marks() -> None:
    assert ISOLATE not in contact_line(contact("A", "DE", "+49 30 1"), LIBRARY, "ru")


BLANKS = {
    "a value": ("kept {days} days", {"days": "90"}, "kept 90 days"),
    "twice": ("{a} {a}", {"a": "x"}, "x x"),
    "without a value its neighbours stay": ("before {nothing}after", {}, "before after"),
    "a value that looks like a blank stays as it is": ("{a}", {"a": "{b}", "b": "no"}, "{b}"),
    "double braces are no blank": ("{{days}}", {"days": "90"}, "{{days}}"),
    "braces around other things stay": ("{Days} { } {1}", {}, "{Days} { } {1}"),
    "too many empty lines close up": ("a\n\n{gone}\n\n{gone}\n\nb", {}, "a\n\nb"),
}


@pytest.mark.parametrize(("text", "blanks", "becomes"), BLANKS.values(), ids=BLANKS)
def test_blanks(text: str, blanks: dict[str, str], becomes: str) -> None:
    assert fill(text, "DE", **blanks) == becomes


VARIED = Answer(intent="x", language="en", title="X", text="For all.", variants={"DE": "For Germany.\n{{contacts:women}}"})


def test_what_an_answer_adds_by_country_follows_what_it_says_to_all() -> None:
    assert answer_text(VARIED, "DE", LIBRARY, language="en") == "For all.\n\nFor Germany.\n- de_women: 116 016"
    assert answer_text(VARIED, "TJ", LIBRARY, language="en") == "For all."
    assert answer_text(VARIED, None, LIBRARY, language="en") == "For all."


BACK = Answer(intent="x", language="en", title="X", text="For all.", variants={"DE": "There.", "to IQ": "Back there.", "to DE": "Not twice."})


def test_what_an_answer_adds_by_country_of_return_comes_last() -> None:
    assert answer_text(BACK, "DE", LIBRARY, language="en", home="IQ") == "For all.\n\nThere.\n\nBack there."
    assert answer_text(BACK, "IQ", LIBRARY, language="en") == "For all."
    assert answer_text(BACK, "DE", LIBRARY, language="en", home="DE") == "For all.\n\nThere."  # who is there already


# --- facts and contacts with their age -------------------------------------------------------------------------------------

CHECKING = {("being_checked", "en"): "Being checked. Ask:", ("being_checked_alone", "en"): "Being checked.", ("as_of", "en"): "as of {date}"}
ASK = "\n\nBeing checked. Ask:\n- office: 030 1"

OF_AGE = {
    "a fact in time is said without its mark": ("Up to [[fresh|1,000 EUR.]] Ask.", "Up to 1,000 EUR. Ask."),
    "a stale sentence is withheld, its neighbours stay": ("One. [[stale|200 EUR.]] Two.", f"One. Two.{ASK}"),
    "at the end of a line": ("One. [[stale|200 EUR.]]\nTwo.", f"One.\nTwo.{ASK}"),
    "at its beginning": ("[[stale|200 EUR.]] Two.", f"Two.{ASK}"),
    "a line of a list goes as a whole": ("You get:\n- [[stale|200 EUR]]\n- [[fresh|food]]", f"You get:\n- food{ASK}"),
    "all of them": ("- [[stale|200 EUR]]\n- [[stale|300 EUR]]", ASK.strip()),
    "a fact that nobody knows is not said": ("One. [[unheard_of|200 EUR.]]", f"One.{ASK}"),
    "a contact nobody checked in time": ("Call:\n{{contact:old}}", f"Call:{ASK}"),
    "a topic shows who is left": ("Call:\n{{contacts:women}}", "Call:"),
    "an old emergency number is better than none": ("Call:\n{{contact:old_police}}", "Call:\n- old_police: 110"),
}


def aged() -> Library:
    """What may still be said today, and what only until yesterday; asked for by each test, because a run may go over midnight."""
    day, before = today(), today() - timedelta(days=1)
    office = contact("office", "DE", "030 1", topics=("return",), kind="office", review_by=day)
    old = contact("old", "DE", "030 2", topics=("women",), kind="hotline", review_by=before)
    old_police = contact("old_police", "DE", "110", review_by=before)
    return Library({}, CHECKING, (office, old, old_police), {"fresh": day, "stale": before})


@pytest.mark.parametrize(("text", "becomes"), OF_AGE.values(), ids=OF_AGE)
def test_what_is_too_old_is_withheld_and_the_office_stands_instead(text: str, becomes: str) -> None:
    assert filled(text, "DE", aged(), language="en") == becomes


def test_without_an_office_it_says_so_without_a_list() -> None:
    assert filled("[[stale|200 EUR.]]", "TJ", aged(), language="en") == "Being checked."


def test_a_terminal_shows_no_marks() -> None:
    assert plain("**Bold** and - plain") == "Bold and - plain"


# --- splitting -------------------------------------------------------------------------------------------------------------

WORDS = [
    "go",
    "Rückkehr",
    "возвращение",
    "بازگشت",
    "العودة",
    "😀",
    "👨‍👩‍👧‍👦",
    "🇩🇪",
    "e\u0301",
    "https://example.org/" + "x" * 90,
    "ا" * 70,
    "😀" * 60,
    "**bold**",
    "a" * 200,
]
GAPS = [" ", " ", " ", ". ", "؟ ", "? ", "\n", "\n\n", "  ", "\n- "]
LIMITS = [(4096, 4096), (1600, 1024), (60, 40), (20, 20)]  #: Telegram, WhatsApp with choices, and two that split much


def texts(count: int) -> list[str]:
    """The same invented texts at every run."""
    dice = random.Random(20261128)
    return ["".join(dice.choice(WORDS) + dice.choice(GAPS) for _ in range(dice.randrange(1, 400))) for _ in range(count)]


def bones(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("limit", "last"), LIMITS)
def test_parts_are_within_the_limits_in_order_and_nothing_is_lost(limit: int, last: int) -> None:
    for text in texts(60):
        parts = split(text, limit, last)
        assert max(length(part) for part in parts) <= limit
        assert length(parts[-1]) <= last
        assert all(part.strip() for part in parts)
        assert bones("".join(parts)) == bones(text)


def test_a_text_that_fits_is_left_alone() -> None:
    for text in texts(60):
        assert split(text, 10**6) == [text.strip()]


def test_emoji_count_twice_as_telegram_counts_them() -> None:
    assert length("😀") == 2
    assert [length(part) for part in split("😀" * 30, 20)] == [20, 20, 20]


def test_a_letter_keeps_its_marks_and_a_family_stays_together() -> None:
    for cluster in ("e\u0301\u0323", "👨‍👩‍👧‍👦", "👍🏽", "❤️", "🇩🇪"):
        for part in split(cluster * 40, 45):
            assert part == cluster * (len(part) // len(cluster))


def test_splits_at_paragraphs_then_lines_then_sentences_then_words() -> None:
    assert split("one two.\n\nthree four. five", 20) == ["one two.", "three four. five"]
    assert split("one two three\nfour five", 20) == ["one two three", "four five"]
    assert split("one two. three four five", 20) == ["one two.", "three four five"]
    assert split("یک دو سه؟ چهار پنج شش هفت", 20) == ["یک دو سه؟", "چهار پنج شش هفت"]
    assert split("one two three four five", 20) == ["one two three four", "five"]


def test_a_list_of_contacts_is_never_cut_inside_a_line() -> None:
    lines = [f"- Office {number}: {ISOLATE}+49 30 1234 {number:04}{END}" for number in range(200)]
    assert [line for part in split("\n".join(lines), 1600, 1024) for line in part.splitlines()] == lines


def test_nothing_becomes_one_empty_part() -> None:
    assert split("", 10) == [""]
    assert split(" \n ", 10) == [""]
