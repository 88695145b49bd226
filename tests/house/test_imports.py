"""Imports point down the house, never up or in circles; modules stay small; nothing is caught just to keep going."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: From the roof to the cellar (DESIGN.md, «The house»); a room may import from its own floor and from those below.
FLOORS = [
    {"__main__"},
    {"commands", "doctor"},
    {"understanding", "renewal"},
    {"run"},
    {"migrations"},
    {"models"},  # only lists all tables, for the migrations
    {"web"},
    {"scheduled"},
    {"teaching"},
    {"answering"},
    {"retention"},
    {"cases", "conversation", "house", "reminders"},  # one floor: a reply that cannot be delivered opens a case, a case is about a conversation
    {"staff"},
    {"answers"},
    {"channels"},
    {"jobs"},
    {"reports"},
    {"figures"},
    {"translation", "mail"},
    {"db"},
    {"i18n", "log", "settings", "errors", "sealing", "metrics"},
]
BOT = sorted(path for path in ROOT.glob("bot/**/*.py") if "versions" not in path.parts)
NLU = sorted(path for path in ROOT.glob("nlu/**/*.py") if "rasa" not in path.parent.parts)
RASA = sorted(ROOT.glob("nlu/rasa/**/*.py"))
OURS = [*BOT, *NLU]


def named(path: Path) -> str:
    """The module of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(path: Path, *, top: bool = False) -> Iterator[str]:
    """Every module that a file imports, and every name from one; `top`: when it is loaded, not later inside a function."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body if top else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor(name: str) -> int:
    """The floor of a module of the bot; a new room must first be given one."""
    room = name.split(".")[1] if "." in name else ""
    found = [number for number, rooms in enumerate(FLOORS) if room in rooms]
    assert found, f"{name} is on no floor"
    return found[0]


def test_the_rule_sees_what_it_is_about() -> None:
    assert floor("bot.web.chat") < floor("bot.answering.decide") < floor("bot.conversation.say") < floor("bot.channels.telegram") < floor("bot.db")
    assert "bot.answering.receive.receive" in imported(ROOT / "bot/web/webhooks.py")
    assert len(OURS) > 60


@pytest.mark.parametrize("path", [path for path in BOT if named(path) != "bot"], ids=named)
def test_imports_point_down(path: Path) -> None:
    here = floor(named(path))
    assert [name for name in imported(path) if name.startswith("bot.") and floor(name) < here] == []


def test_no_two_modules_need_each_other_to_load() -> None:
    modules = {named(path): path for path in OURS}
    needs = {}
    for name, path in modules.items():
        found = {part for one in imported(path, top=True) for part in (one, one.rpartition(".")[0]) if part in modules}
        needs[name] = found - {name, "nlu", "bot"}
    assert list(TopologicalSorter(needs).static_order())


def test_understanding_knows_nothing_of_the_bot() -> None:
    assert [(named(path), name) for path in [*NLU, *RASA] for name in imported(path) if name.split(".")[0] == "bot"] == []


def test_only_the_rasa_project_imports_rasa() -> None:
    everywhere = [*OURS, *ROOT.glob("tests/**/*.py")]
    assert [(str(path), name) for path in everywhere for name in imported(path) if name.split(".")[0] == "rasa"] == []


def test_no_module_reads_the_environment_but_the_settings() -> None:
    """Named exceptions: the embedded server's wheel reads where its lock is kept."""
    readers = {named(path) for path in OURS for node in ast.walk(ast.parse(path.read_text("utf-8"))) if _reads_environment(node)}
    assert readers <= {"bot.db"}


def _reads_environment(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and isinstance(node.value, ast.Name) and node.value.id == "os"


@pytest.mark.parametrize("path", OURS, ids=named)
def test_a_module_is_small_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", [*OURS, *RASA], ids=named)
def test_nothing_is_caught_just_to_keep_going(path: Path) -> None:
    caught = {
        name.id if isinstance(name, ast.Name) else "everything"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        for name in ([node.type] if node.type is None or isinstance(node.type, ast.Name) else ast.walk(node.type))
        if name is None or isinstance(name, ast.Name)
    }
    assert caught.isdisjoint({"everything", "Exception", "BaseException"})


def test_no_test_mends_what_it_tests() -> None:
    forbidden = ("unittest.mock", "monkeypatch", "mocker")
    tests = [path for path in ROOT.glob("tests/**/*.py") if path != Path(__file__)]
    assert [(path.name, word) for path in tests for word in forbidden if word in path.read_text("utf-8")] == []


def test_no_sender_can_reach_what_counsellors_note() -> None:
    """Whatever speaks to a person loads no module, by however many steps, that knows the notes."""
    modules = {named(path): path for path in BOT}
    reached, todo = (
        set(),
        ["bot.conversation.say", "bot.conversation.deliver", "bot.channels.telegram", "bot.channels.whatsapp", "bot.answering.speak"],
    )
    while todo:
        name = todo.pop()
        if name not in reached and name in modules:
            reached.add(name)
            todo += [part for one in imported(modules[name]) for part in (one, one.rpartition(".")[0])]
    assert "bot.cases.models" in reached  # the rule sees what it is about
    assert "bot.cases.notes" not in reached
