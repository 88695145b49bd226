"""Everything an editor must still mend is found, and named so that it can be: nothing in content/, and each fault planted in a copy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answers import files
from bot.answers.problems import problems
from bot.errors import ContentError
from tests.conftest import CONTENT

Change = Callable[[str], str]
EASTERN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def instead(old: str, new: str) -> Change:
    """The text with `old` replaced; a test that plants nothing must fail."""

    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return change


def after_head(first: str) -> Change:
    """A file of an answer whose text begins otherwise."""

    def change(text: str) -> str:
        _, head, body = text.split("---\n", 2)
        return f"---\n{head}---\n{first} {body}"

    return change


def renamed(title: str) -> Change:
    return lambda text: "\n".join(f"title: {title}" if line.startswith("title:") else line for line in text.split("\n"))


def emptied(_: str) -> str:
    return ""


#: file → what is done to it (None: it is removed) → what the editor is told
PLANTED: dict[str, tuple[Change | None, str]] = {
    "answers/processing_time/de.md": (None, "processing_time/de: there is no answer"),
    "answers/self_harm/sq.md": (None, "self_harm/sq: there is no answer"),
    "answers/wages_withheld/uz.md": (instead("[[gr_a21|", "[[gr_a22|"), "wages_withheld/uz GR: [[gr_a22|…]]: facts.yml does not know this fact"),
    "answers/stay_options/sr.md": (
        after_head("Za 3 meseca."),
        "stay_options/sr: a figure (3) stands outside [[fact|sentence]]: nobody would withhold it when it is old",
    ),
    "phrases/menu/ru.md": (None, "menu/ru: there is no phrase"),
    "phrases/notice/uz.md": (emptied, "notice/uz: there is no phrase"),
    "answers/return_cost/de.md": (renamed("Ist das wirklich ganz kostenlos?"), "return_cost/de: the title has 32 characters, a button takes 1 to 20"),
    "answers/case_status/tg.md": (renamed(""), "case_status/tg: the title has 0 characters, a button takes 1 to 20"),
    "answers/reentry/fr.md": (lambda _: "---\ntitle: Merci\n---\nTexte\n", "fr: 2 answers are called «Merci»; a person cannot tell them apart"),
    "answers/return_money/ar.md": (instead("500", "600"), "return_money/ar DE: amount differs from en: lacks …"),
    "answers/return_money/fa.md": (instead("{{contact:gr_iom_avrr}}", ""), "return_money/fa GR: place differs from en: lacks …"),
    "answers/return_money/ru.md": (instead("## GR", "## FR"), "return_money/ru GR: section differs from en: lacks GR…"),
    "answers/return_money/tr.md": (
        instead("## DE", "## DE\n[[de_bus|Otobüs 7 ülkeye gider.]]"),
        "return_money/tr: [[de_bus|…; mend the one or the other",
    ),
    "answers/reintegration_plan/en.md": (
        instead("followups:\n", "followups:\n- teleportation\n"),
        "reintegration_plan/en: follow-up teleportation is no intent",
    ),
    "answers/resettlement/en.md": (instead("review_by: 2027-11-30\n", ""), "resettlement/en: has no review_by date"),
    "answers/deportation/de.md": (after_head("Abschiebung:"), "deportation/de: a locked phone would show «abschieb»"),
    "answers/passport_taken/tg.md": (
        after_head("<b>"),
        "passport_taken/tg: only paragraphs, lines that begin with '- ', **bold** and [[fact|sentence]] are allowed",
    ),
    "answers/job_offer_check/fa.md": (lambda text: text + "الف " * 1000, "job_offer_check/fa: … characters are too many to read on a phone (3000)"),
    "answers/contact_office/tg.md": (
        instead("int_unhcr_help", "de_doctor_oncall"),
        "contact_office/tg: {{contact:de_doctor_oncall}} is not a contact that may be shown",
    ),
    "answers/victim_support/ar.md": (
        instead("{{contacts:", "{{contacts:moon_"),
        "victim_support/ar: {{contacts:moon_… is not a contact that may be shown",
    ),
    "answers/complaint/ru.md": (
        instead("made_from: ", "made_from: 0"),
        "complaint/ru: was made from another en text; compare them, then set made_from: …",
    ),
    "answers/privacy/de.md": (after_head("{days}"), "privacy/de: nothing fills {days}"),
    "phrases/notice/fa.md": (instead("{days}", "{day}"), "notice/fa: blanks differ from en"),
    "phrases/in_other_language/en.md": (instead("{language}", "{tongue}"), "in_other_language/en: nothing fills {tongue}"),
    "phrases/person/de.md": (lambda _: "Mit einem Menschen sprechen", "person/de: 27 characters, a button takes 20"),
    "phrases/offer_counsellor/en.md": (lambda text: "Trafficking? " + text, "offer_counsellor/en: a locked phone would show «traffick»"),
    "answers/return_costs/en.md": (lambda _: "---\ntitle: Ghost\n---\nBoo\n", "return_costs/en: nobody can ask this; is the folder misspelt?"),
    "answers/thanks/xx.md": (lambda _: "---\ntitle: Xx\n---\nXx\n", "thanks/xx: we do not know this language"),
    "contacts.yml": (instead("longitude: 21.17", "longitude: 211.7"), "xk_ura: latitude and longitude are two numbers in degrees…"),
    "phrases/of_nobody/de.md": (lambda _: "Niemand", "of_nobody/de: no phrase of this name exists in en"),
}

#: file → what is done to it although it is right
HARMLESS: dict[str, Change] = {
    "answers/deportation/fa.md": lambda text: text.split("\n\n", 1)[0] + "\n\n" + text.split("\n\n", 1)[1].translate(EASTERN),
    "phrases/notice/ar.md": lambda text: text + " شكرا.",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is found in a copy with all the faults at once."""
    folder = tmp_path_factory.mktemp("content") / "content"
    shutil.copytree(CONTENT, folder)
    for name, change in [*((name, change) for name, (change, _) in PLANTED.items()), *HARMLESS.items()]:
        path = folder / name
        if change is None:
            path.unlink()
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_text(change(path.read_text("utf-8") if path.exists() else ""), "utf-8")
    return list(problems(folder))


def test_nothing_is_wrong_in_content() -> None:
    assert list(problems(CONTENT)) == []


@pytest.mark.parametrize("planted", PLANTED)
def test_each_fault_is_found_and_named(planted: str, found: list[str]) -> None:
    told = PLANTED[planted][1]
    start, _, end = told.partition("…")
    assert [message for message in found if message.startswith(start) and message.endswith(end)], [
        m for m in found if m.startswith(told.split(":")[0])
    ]


@pytest.mark.parametrize("planted", HARMLESS)
def test_what_is_right_is_not_found(planted: str, found: list[str]) -> None:
    name = planted.split("/", 1)[1].removesuffix(".md")
    assert [message for message in found if message.startswith(name)] == []


@pytest.mark.parametrize("text", ["no head at all", "---\ntitle: [unclosed\n---\nText", "---\ntitle: half a head\n"])
def test_a_file_that_cannot_be_read_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "answers" / "thanks" / "en.md"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    with pytest.raises(ContentError, match=r"answers/thanks/en\.md"):
        files.read(tmp_path)


def test_an_empty_folder_is_no_content(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="holds no texts"):
        files.read(tmp_path)


def test_writing_and_reading_again_changes_nothing(tmp_path: Path) -> None:
    before = files.read(CONTENT)
    for draft in before:
        files.write(tmp_path, draft)
    after = {(draft.kind, draft.name, draft.language): draft for draft in files.read(tmp_path)}
    assert len(after) == len(before)
    changed = [draft.path for draft in before if after[draft.kind, draft.name, draft.language].content_hash != draft.content_hash]
    assert changed == []
