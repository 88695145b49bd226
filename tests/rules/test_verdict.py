"""A new model may go live only if nothing got worse: the rule as a table."""

import pytest

from bot.teaching.verdict import MEAN, NOISE, NOISE_OF_THE_MEAN, Figure, Loss, objections


def figure(name: str, before: float, after: float, language: str = MEAN) -> Figure:
    return Figure(language=language, name=name, before=before, after=after)


def loss(kind: str) -> Loss:
    return Loss(kind=kind, language="en", intent="self_harm", read_as="greet", text="words of ours")


@pytest.mark.parametrize(
    ("figures", "losses", "against"),
    [
        ([], [], []),
        ([figure("first", 96.4, 96.4)], [], []),
        ([figure("first", 90, 99)], [], []),
        ([figure("first", 96.4, 96.4 - NOISE_OF_THE_MEAN)], [], []),
        ([figure("first", 96.4, 96.4 - NOISE_OF_THE_MEAN - 0.1)], [], ["first"]),
        ([figure("urgent", 99.4, 99.0)], [], ["urgent"]),
        ([figure("wrongly", 0.8, 1.1)], [], ["wrongly"]),  # the lower the better
        ([figure("alarms", 2.2, 1.0)], [], []),
        ([figure("served", 98.0, 98.0 - NOISE, "fa")], [], []),
        ([figure("served", 98.0, 98.0 - NOISE - 0.1, "fa")], [], ["served"]),
        ([figure("alarms", 2.2, 2.8, "fa"), figure("wrongly", 1.0, 1.5, "fa")], [], []),  # one message of a language
        ([figure("alarms", 2.2, 3.5, "fa"), figure("wrongly", 1.0, 2.0, "fa")], [], ["alarms", "wrongly"]),  # two
        ([figure("f1", 90.0, 10.0)], [], []),  # not a measure that is compared
        ([], [loss("urgent")], ["urgent"]),  # one is too many
        ([], [loss("question")] * 2, ["question"]),
        ([], [loss("worse")] * 3 + [loss("failing")], []),  # the figures tell how many are too many; it failed before
        ([figure("first", 96, 90), figure("three", 99, 98)], [loss("urgent"), loss("question")], ["urgent", "question", "first", "three"]),
    ],
)
def test_what_speaks_against_a_model(figures: list[Figure], losses: list[Loss], against: list[str]) -> None:
    assert [one.figure.name if one.figure else one.kind for one in objections(figures, losses)] == against


def test_losses_are_counted() -> None:
    assert [one.count for one in objections([], [loss("question"), loss("urgent"), loss("question")])] == [1, 2]
