"""The repository form: written, edited by hand and taken in again it stays the same; a file that is broken is named, and nothing is lost."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import files
from bot.answers.problems import problems
from bot.answers.text import Key, Text, document, parsed
from bot.errors import ContentError
from tests.conftest import CONTENT

ENGLISH, GERMAN = "answers/return_cost/en.md", "answers/return_cost/de.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CONTENT, tmp_path / "content")
    return tmp_path / "content"


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def round_trip(session: AsyncSession, folder: Path) -> int:
    """How many texts an import published; the export after it changes no file."""
    before = tree(folder)
    result = await files.load_into(session, folder)
    await session.flush()
    await files.export(session, folder)
    assert {name: words for name, words in tree(folder).items() if words != before[name]} == {}
    return result.published


async def test_what_nobody_changed_stays(session: AsyncSession, folder: Path) -> None:
    assert await round_trip(session, folder) == 0


EDITS: dict[str, tuple[str, Callable[[str], str]]] = {
    "a date": (ENGLISH, lambda old: re.sub("review_by: .*", "review_by: 2029-01-01", old)),
    "a source": (ENGLISH, lambda old: old.replace("sources:\n", "sources:\n- https://new.example\n")),
    "read by a native speaker": (GERMAN, lambda old: old.replace("\n---\n", "\nreviewed_by: 'yes'\n---\n", 1)),
    "a reason": (GERMAN, lambda old: old.replace("\n---\n", "\ndiffers: weil es so ist\n---\n", 1)),
    "words": (GERMAN, lambda old: old.rstrip() + "\n\nNeu: «x» 😀 ---.\n"),
    "a phrase": ("phrases/more/de.md", lambda _: "Anders\n"),
    "a title": (GERMAN, lambda old: re.sub("title: .*", "title: 'A: b ---'", old)),
}


@pytest.mark.parametrize("name", EDITS)
async def test_what_is_edited_by_hand_is_published_and_taken_back_again(session: AsyncSession, folder: Path, name: str) -> None:
    path, edit = EDITS[name]
    before = (folder / path).read_text("utf-8")
    (folder / path).write_text(edit(before), "utf-8")
    assert await round_trip(session, folder) == 1
    (folder / path).write_text(before, "utf-8")
    assert await round_trip(session, folder) == 1


async def test_as_an_editor_on_windows_saves_it(session: AsyncSession, folder: Path) -> None:
    for path in folder.glob("answers/return_cost/*.md"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert (await files.load_into(session, folder)).published == 0


BROKEN = {
    "another encoding": (GERMAN, b"---\ntitle: Gr\xfc\xdfe\n---\nx", "is not written in UTF-8"),
    "no head": (GERMAN, b"Hallo\n", "begins with ---"),
    "a list for a head": (GERMAN, b"---\n- a\n---\nx", "begins with ---"),
    "words before the head": (GERMAN, b"Hallo\n---\ntitle: A\n---\nx", "begins with ---"),
    "both sides of a merge": (GERMAN, b"---\ntitle: A\n---\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n", "both sides of a merge"),
    "a line misspelt": (GERMAN, b"---\ntitle: A\nmade_form: abc\n---\na", "made_form"),
    "a word for a list": (ENGLISH, b"---\ntitle: A\nfollowups: return_money\n---\nx", "followups is a list"),
    "half a contact": ("contacts.yml", b"contacts:\n- id: x\n", "needs name, kind"),
    "no contacts": ("contacts.yml", b"contacts: [", "no readable YAML"),
    "a name of nobody": ("contact_names/de.yml", b"nobody: Name\n", "has no nobody"),
    "a list for names": ("contact_names/de.yml", b"- a\n", "lines of the form"),
    "facts that are none": ("facts.yml", b"facts: [1]", "is no fact"),
}


@pytest.mark.parametrize(("path", "content", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named(folder: Path, path: str, content: bytes, says: str) -> None:
    (folder / path).write_bytes(content)
    with pytest.raises(ContentError, match=re.escape(says)) as refused:
        list(problems(folder))
    assert Path(path).name in str(refused.value)


@pytest.mark.parametrize("line", ["---", "Help ---", "--- x", "a: b", "'", "[]", "yes", "~", "\u202bعربي\u202c", "😀", "\u00a0x", "# x", "- x"])
def test_a_text_is_the_same_after_its_portable_form(line: str) -> None:
    text = Text(
        kind="answer", name="x", language="en", title=f"a {line}", text=f"{line}\n\n{line}", variants={"DE": line, "to IQ": ""}, sources=(line,)
    )
    wanted = document(text)
    assert document(parsed(Key(kind="answer", name="x", language="en"), wanted.replace("\n", "\r\n"))) == wanted
    assert parsed(text.key, wanted).title == text.title
    assert parsed(text.key, wanted).text == text.text.strip()
