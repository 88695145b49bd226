"""What is counted as a question, and under which topic."""

import pytest

from bot.answering.choose import chosen, commanded
from bot.answering.count import NO_TOPIC, asked
from bot.answering.decide import Standing, decide
from bot.answering.step import Heard, Step
from bot.channels import Kind
from bot.conversation.models import State
from nlu import Certainty, Ranked, Reading, Risk

WORDS = Heard(kind=Kind.TEXT, text="…", button="")


def read(intent: str, sure: Certainty = Certainty.SURE, risk: Risk = Risk.NORMAL) -> Reading:
    ranking = tuple(Ranked(intent=name, confidence=0.3) for name in (intent, "return_cost", "reentry"))
    urgent = intent if risk is Risk.URGENT else None
    return Reading(
        language="en",
        language_confidence=1,
        script="Latn",
        intent=intent,
        confidence=0.3,
        ranking=ranking,
        risk=risk,
        sure=sure,
        urgent_intent=urgent,
    )


@pytest.mark.parametrize(
    ("reading", "state", "topic"),
    [
        (read("return_money"), State.BOT, "return_money"),
        (read("return_money"), State.WAITING, "return_money"),
        (read("return_money", Certainty.NEARLY), State.BOT, NO_TOPIC),  # asked back
        (read("return_money", Certainty.NOT), State.BOT, NO_TOPIC),
        (read("talk_to_human"), State.BOT, "talk_to_human"),
        (read("talk_to_human"), State.WAITING, "talk_to_human"),
        (read("immediate_danger", risk=Risk.URGENT), State.BOT, "immediate_danger"),
        (read("immediate_danger", risk=Risk.URGENT), State.COUNSELLOR, "immediate_danger"),
        (read("return_money"), State.COUNSELLOR, None),  # said to the counsellor
        (read("help_menu"), State.BOT, None),  # the menu is not an answer
    ],
)
def test_words(reading: Reading, state: State, topic: str | None) -> None:
    assert asked(Step(heard=WORDS, reading=reading), decide(reading, Standing(state=state))) == topic


@pytest.mark.parametrize(
    ("choice", "state", "topic"),
    [
        ("answer:return_money", State.BOT, "return_money"),
        ("answer:immediate_danger", State.BOT, "immediate_danger"),
        ("person", State.BOT, "talk_to_human"),
        ("person", State.WAITING, "talk_to_human"),
        ("person", State.COUNSELLOR, None),
        ("country:DE", State.BOT, None),
        ("lang:de", State.BOT, None),
        ("safe:yes", State.BOT, None),
        ("menu", State.BOT, None),
        ("forget", State.BOT, None),
    ],
)
def test_choices(choice: str, state: State, topic: str | None) -> None:
    plan, _ = chosen(choice, Standing(state=state), "return_money")
    assert asked(Step(heard=WORDS, choice=choice), plan) == topic


@pytest.mark.parametrize(("command", "topic"), [("person", "talk_to_human"), ("stop", None), ("language", None), ("menu", None)])
def test_commands(command: str, topic: str | None) -> None:
    assert asked(Step(heard=WORDS, command=command), commanded(command, Standing())[0]) == topic


@pytest.mark.parametrize(("kind", "topic"), [(Kind.VOICE, NO_TOPIC), (Kind.LOCATION, None), (Kind.STICKER, None)])
def test_what_nobody_read(kind: Kind, topic: str | None) -> None:
    from bot.answering.choose import cannot_read

    assert asked(Step(heard=Heard(kind=kind, text="", button="")), cannot_read(kind.value, Standing())) == topic
