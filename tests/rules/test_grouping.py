"""Messages about the same stand together, others apart, and two thousand are grouped within a second."""

import random
import time
from collections import Counter

from bot.run import TRAINING_DATA
from bot.teaching.comparing import losses, lost_questions
from bot.teaching.grouping import grouped
from nlu.examples import examples

TICKET = ["who pays for my ticket", "who pays the ticket?", "do you pay for the ticket or who pays the ticket", "WHO PAYS TICKET"]
SCHOOL = ["can my children go to school there", "school for my children there?"]
FARSI = ["کی پول تکت را میدهد", "پول تکت را کی میدهد؟"]


def test_what_is_alike_stands_together_the_largest_group_first() -> None:
    texts = [("en", text) for text in (SCHOOL[0], *TICKET, SCHOOL[1])] + [("fa", text) for text in FARSI] + [("en", "good morning")]
    found = [{texts[place][1] for place in group} for group in grouped(texts)]
    assert found == [set(TICKET), set(SCHOOL), set(FARSI), {"good morning"}]


def test_the_two_alphabets_of_a_language_stand_together() -> None:
    """In Serbian, Uzbek, Tajik and Russian the same is asked in both."""
    pairs = {
        "sr": ("ko plaća moju kartu za avion", "ко плаћа моју карту за авион"),
        "uz": ("chiptani kim to'laydi", "чиптани ким тўлайди"),
        "ru": ("kto platit za bilet domoy", "кто платит за билет домой"),
        "tg": ("chiptaro kī pul medihad", "чиптаро кӣ пул медиҳад"),
    }
    texts = [(language, text) for language, pair in pairs.items() for text in pair]
    assert sorted(map(sorted, grouped(texts))) == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_languages_do_not_mix() -> None:
    assert sorted(map(len, grouped([("de", "passport problem"), ("en", "passport problem"), ("de", "passport problem")]))) == [1, 2]


def test_nothing_and_no_letters_are_no_trouble() -> None:
    assert grouped([]) == []
    assert len(grouped([("en", "…"), ("en", "👍"), ("en", "hello")])) >= 1


def test_two_thousand_are_grouped_within_a_second_or_two_and_mostly_by_what_they_ask() -> None:
    those = random.Random(1).sample([one for one in examples(TRAINING_DATA) if one.language in ("en", "ru")], 2000)
    began = time.monotonic()
    found = grouped([(one.language, one.text) for one in those])
    assert time.monotonic() - began < 3  # 0.8 s on an idle core
    assert sorted(place for group in found for place in group) == list(range(2000))
    together = [group for group in found if len(group) > 1]
    same = sum(Counter(those[place].intent for place in group).most_common(1)[0][1] for group in together)
    assert same / sum(map(len, together)) > 0.65


def test_what_a_new_model_loses() -> None:
    lines = [
        {"text": str(number), "lang": "en", "intent": intent} for number, intent in enumerate(("self_harm", "self_harm", "greet", "greet", "thanks"))
    ]
    before = [
        {"intent": one, "action": action}
        for one, action in (("self_harm", "urgent"), ("greet", "urgent"), ("greet", "answer"), ("thanks", "answer"), ("thanks", "answer"))
    ]
    after = [
        {"intent": one, "action": action}
        for one, action in (("self_harm", "answer"), ("greet", "urgent"), ("thanks", "answer"), ("greet", "answer"), ("thanks", "clarify"))
    ]
    assert [(one.kind, one.text) for one in losses(lines, before, after)] == [("urgent", "0"), ("worse", "2")]
    questions = lines[2:5]
    assert [(one.kind, one.text) for one in lost_questions(questions, ["greet", "", "thanks"], ["", "thanks", "thanks"])] == [
        ("question", "2"),
        ("failing", "3"),
    ]
