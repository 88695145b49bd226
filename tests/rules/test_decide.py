"""The rule, as a table a counsellor can read: what was understood, how the conversation stands, what is said, who is called."""

from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import product

import pytest

from bot.answering.choose import UNCHANGED, Change, cannot_read, chosen, commanded
from bot.answering.decide import Plan, Standing, decide
from bot.answering.menu import COUNTRIES, HOMES, PAGE, THEMES
from bot.conversation.models import State
from nlu import INTENTS, LANGUAGES, Action, Certainty, Ranked, Reading, Risk

BOT, WAITING, AT_WORK, STOPPED = State.BOT, State.WAITING, State.COUNSELLOR, State.STOPPED
URGENT = sorted(name for name, intent in INTENTS.items() if intent.risk is Risk.URGENT)
OTHERS = sorted(set(INTENTS) - set(URGENT))
MENU = (*(f"theme:{theme}" for theme in ("return", "arrival", "papers", "stay", "family", "work", "help", "service")), "person", "language")


def read(intent: str, sure: Certainty = Certainty.SURE, *, danger: str | None = None, also: tuple[str, ...] = ("return_money", "greet")) -> Reading:
    """A message understood so; `danger` is what the safety words named."""
    risk = Risk.URGENT if danger else INTENTS[intent].risk
    ranking = tuple(Ranked(intent=name, confidence=0.5 / place) for place, name in enumerate((intent, *also), 1))
    return Reading(
        language="en",
        language_confidence=0.9,
        script="Latn",
        intent=intent,
        confidence=0.5,
        ranking=ranking,
        risk=risk,
        sure=sure,
        urgent_intent=danger,
    )


def nearly(intent: str, *also: str) -> Reading:
    return read(intent, Certainty.NEARLY, also=also)


def unclear(intent: str = "out_of_scope") -> Reading:
    return read(intent, Certainty.NOT)


def stands(state: State = BOT, **how: object) -> Standing:
    return Standing(
        state=state, by_country=frozenset({"return_money"}), followups={"return_cost": ("return_apply", "talk_to_human", "return_money")}, **how
    )  # type: ignore[arg-type]


def said(plan: Plan) -> list[str]:
    return [line.name for line in plan.say]


def changed(change: Change) -> dict[str, object]:
    return {name: value for name, value in asdict(change).items() if value != asdict(UNCHANGED)[name]}


IN_DANGER = {"open_risk": Risk.URGENT, "open_intent": "immediate_danger"}
HELP = ["immediate_danger", "ask_country", "urgent_handover"]

#: what it says → (understood, standing) → (said, called, counted as)
TABLE = {
    # --- clear ---------------------------------------------------------------------------------------------------
    "a clear question gets its answer": (read("return_cost"), stands(), ["return_cost"], None, Action.ANSWER),
    "it also gets it while waiting": (read("return_cost"), stands(WAITING), ["return_cost"], None, Action.ANSWER),
    "the country is asked where the answer depends on it": (read("return_money"), stands(), ["return_money", "ask_country"], None, Action.ANSWER),
    "a known country is not asked again": (read("return_money"), stands(country_known=True), ["return_money"], None, Action.ANSWER),
    "a sensitive question offers a counsellor": (read("passport_taken"), stands(), ["passport_taken", "offer_counsellor"], None, Action.ANSWER),
    "who wants a person gets one": (read("talk_to_human"), stands(), ["handed_over"], Risk.NORMAL, Action.HANDOVER),
    "who waits already is told so": (read("talk_to_human"), stands(WAITING), ["already_waiting"], None, Action.HANDOVER),
    "a greeting opens the menu": (read("greet"), stands(), ["greet"], None, Action.ANSWER),
    "another language is offered": (read("change_language"), stands(), ["choose_language"], None, Action.ANSWER),
    "whoever asks for the menu gets it": (read("help_menu"), stands(), ["menu"], None, Action.ANSWER),
    "forgetting is explained before it is done": (read("delete_data"), stands(), ["delete_data"], None, Action.ANSWER),
    "football gets a kind answer": (read("out_of_scope"), stands(), ["out_of_scope"], None, Action.ANSWER),
    # --- nearly clear ----------------------------------------------------------------------------------------------
    "nearly clear asks back": (nearly("return_cost", "return_money"), stands(), ["did_you_mean"], None, Action.CLARIFY),
    "nearly thanks is thanks": (nearly("thanks"), stands(), ["thanks"], None, Action.ANSWER),
    "nearly a greeting is a greeting": (nearly("greet"), stands(), ["greet"], None, Action.ANSWER),
    "nearly a wish for a person is one": (nearly("talk_to_human"), stands(), ["handed_over"], Risk.NORMAL, Action.HANDOVER),
    "nearly clear while waiting is left to the counsellor": (nearly("return_cost"), stands(WAITING), ["already_waiting"], None, Action.HANDOVER),
    # --- not clear ---------------------------------------------------------------------------------------------------
    "not understood shows topics and a person": (unclear(), stands(), ["not_understood"], None, Action.HANDOVER),
    "not understood twice offers a person first": (unclear(), stands(unsure=1), ["not_understood_again"], None, Action.HANDOVER),
    "not understood while waiting is left to the counsellor": (unclear(), stands(WAITING), ["already_waiting"], None, Action.HANDOVER),
    "not understood as small talk is not small talk": (unclear("thanks"), stands(), ["not_understood"], None, Action.HANDOVER),
    # --- a counsellor at work -------------------------------------------------------------------------------------------
    "a counsellor at work: silence": (read("return_cost"), stands(AT_WORK), [], None, Action.ANSWER),
    "a counsellor at work: silence to thanks too": (read("thanks"), stands(AT_WORK), [], None, Action.ANSWER),
    "a counsellor at work: no guessing": (nearly("return_cost"), stands(AT_WORK), [], None, Action.ANSWER),
    "a counsellor at work: no «not understood»": (unclear(), stands(AT_WORK), [], None, Action.ANSWER),
    "a counsellor at work is not called again": (read("talk_to_human"), stands(AT_WORK), [], None, Action.ANSWER),
    # --- danger -----------------------------------------------------------------------------------------------------------
    "danger: contacts first, then the country, then one question": (read("immediate_danger"), stands(), HELP, Risk.URGENT, Action.URGENT),
    "danger where the country is known": (
        read("immediate_danger"),
        stands(country_known=True),
        ["immediate_danger", "urgent_handover"],
        Risk.URGENT,
        Action.URGENT,
    ),
    "danger while waiting for something else": (read("immediate_danger"), stands(WAITING, open_risk=Risk.NORMAL), HELP, Risk.URGENT, Action.URGENT),
    "danger while a counsellor is at work": (read("immediate_danger"), stands(AT_WORK, open_risk=Risk.NORMAL), HELP, Risk.URGENT, Action.URGENT),
    "danger said again: no second list": (read("immediate_danger"), stands(WAITING, **IN_DANGER), ["already_waiting"], Risk.URGENT, Action.URGENT),
    "danger said again to the counsellor: silence": (read("immediate_danger"), stands(AT_WORK, **IN_DANGER), [], Risk.URGENT, Action.URGENT),
    "a second danger has its own contacts": (
        read("self_harm"),
        stands(WAITING, **IN_DANGER),
        ["self_harm", "ask_country", "urgent_handover"],
        Risk.URGENT,
        Action.URGENT,
    ),
    "words of danger in a question that seems harmless": (
        read("return_cost", danger="self_harm"),
        stands(),
        ["self_harm", "ask_country", "urgent_handover"],
        Risk.URGENT,
        Action.URGENT,
    ),
    "words of danger never end in «I did not understand»": (
        read("out_of_scope", Certainty.NOT, danger="immediate_danger"),
        stands(unsure=1),
        HELP,
        Risk.URGENT,
        Action.URGENT,
    ),
    # --- yes and no -----------------------------------------------------------------------------------------------------
    "yes to a counsellor offered": (
        read("affirm"),
        stands(offered=("person", "answer:return_cost", "menu")),
        ["handed_over"],
        Risk.NORMAL,
        Action.HANDOVER,
    ),
    "nearly yes is yes": (nearly("affirm"), stands(offered=("person", "menu")), ["handed_over"], Risk.NORMAL, Action.HANDOVER),
    "yes to the one topic offered": (read("affirm"), stands(offered=("answer:return_cost", "something_else")), ["return_cost"], None, Action.ANSWER),
    "yes to one of several topics is no answer": (
        read("affirm"),
        stands(offered=("answer:return_cost", "answer:reentry")),
        ["affirm"],
        None,
        Action.ANSWER,
    ),
    "yes to nothing opens the menu": (read("affirm"), stands(), ["affirm"], None, Action.ANSWER),
    "no to a counsellor offered": (read("deny"), stands(offered=("person", "menu")), ["deny"], None, Action.ANSWER),
}


@pytest.mark.parametrize(("reading", "standing", "says", "calls", "counts_as"), TABLE.values(), ids=TABLE)
def test_the_rule(reading: Reading, standing: Standing, says: list[str], calls: Risk | None, counts_as: Action) -> None:
    plan = decide(reading, standing)
    assert (said(plan), plan.call, plan.action) == (says, calls, counts_as)


def test_every_danger_in_every_state_gets_contacts_and_a_counsellor() -> None:
    for intent, state in product(URGENT, State):
        plan = decide(read(intent), stands(state))
        assert said(plan)[0] == intent
        assert (plan.call, plan.intent, plan.action) == (Risk.URGENT, intent, Action.URGENT)
        assert plan.say[-1].choices == ("safe:yes", "safe:no")


def test_a_counsellor_at_work_is_never_talked_over() -> None:
    spoken = [(intent, sure) for intent, sure in product(OTHERS, Certainty) if decide(read(intent, sure), stands(AT_WORK)) != Plan()]
    assert spoken == []


def test_everybody_else_is_answered() -> None:
    asked = list(product(INTENTS, (BOT, WAITING, STOPPED), Certainty))
    assert [each for each in asked if not decide(read(each[0], each[2]), stands(each[1])).say] == []


def test_asking_back_offers_up_to_three_topics_and_a_way_out() -> None:
    plan = decide(nearly("return_cost", "thanks", "return_money", "out_of_scope", "reentry", "deportation"), stands())
    assert plan.say[0].choices == ("answer:return_cost", "answer:return_money", "answer:reentry", "something_else")
    assert plan.offered == ("return_cost", "return_money", "reentry")


def test_the_language_is_asked_at_the_second_doubt_with_those_that_are_likely() -> None:
    reading = replace(read("return_cost"), languages=("fa", "ar"))
    assert said(decide(reading, stands(language_doubted=1))) == ["return_cost"]
    plan = decide(reading, stands(language_doubted=2))
    assert said(plan) == ["return_cost", "choose_language"]
    assert plan.say[-1].choices == ("lang:fa", "lang:ar", "language")


def test_nobody_in_danger_and_nobody_with_a_counsellor_is_asked_for_their_language() -> None:
    assert "choose_language" not in said(decide(read("immediate_danger"), stands(language_doubted=2)))
    assert decide(read("return_cost"), stands(AT_WORK, language_doubted=2)) == Plan()


def test_the_answer_that_waits_for_the_country_is_remembered() -> None:
    assert decide(read("return_money"), stands()).pending == "return_money"
    assert decide(read("return_money"), stands(country_known=True)).pending is None
    assert decide(read("immediate_danger"), stands()).pending == "immediate_danger"


def test_misunderstandings_are_counted_in_a_row_only() -> None:
    first = decide(unclear(), stands())
    second = decide(unclear(), stands(unsure=first.unsure))
    assert (first.unsure, second.unsure) == (1, 2)
    assert second.say[0].choices[0] == "person"
    assert decide(read("return_cost"), stands(unsure=2)).unsure == 0


def test_an_answer_ends_with_at_most_two_follow_ups_and_a_person() -> None:
    assert decide(read("return_cost"), stands()).say[-1].choices == ("answer:return_apply", "answer:return_money", "person")


def test_the_offer_of_a_counsellor_is_the_first_button_of_a_sensitive_answer() -> None:
    assert decide(read("passport_taken"), stands()).say[-1].choices[0] == "person"


# --- choices -------------------------------------------------------------------------------------------------------------

#: pressed → (said, choices below, what changes)
PRESSED = {
    "theme:return": (["menu"], [f"answer:{topic}" for topic in THEMES["return"]] + ["menu"], {}),
    "menu": (["menu"], list(MENU), {}),
    "something_else": (["menu"], list(MENU), {}),
    "language": (["choose_language"], [*(f"lang:{code}" for code in LANGUAGES[:9]), "lang:more"], {}),
    "lang:more": (["choose_language"], [*(f"lang:{code}" for code in LANGUAGES[9:]), "menu"], {}),
    "lang:fa": (["language_changed"], ["menu", "person"], {"language": "fa"}),
    "lang:tlh": (["language_not_named"], [*(f"lang:{code}" for code in LANGUAGES[:9]), "lang:more"], {}),
    "country:TJ": (["country_noted"], ["menu", "person"], {"country": "TJ"}),
    "country:more": (["ask_country"], [*(f"country:{code}" for code in COUNTRIES[1]), "country:other"], {}),
    "country:other": (["no_variant"], ["person", "menu"], {}),
    "home:IQ": (["return_noted"], ["menu", "person"], {"home": "IQ"}),
    "home:more": (["ask_return"], [*(f"home:{code}" for code in HOMES[1]), "home:other"], {}),
    "home:other": (["menu"], ["person", "menu"], {}),
    "useful:yes:17": (["useful_thanks"], ["menu"], {"useful": (17, True)}),
    "useful:no:17": (["useful_sorry"], ["person", "menu"], {"useful": (17, False)}),
    "safe:yes": (["safe_yes_reply"], [], {"safe_to_write": True}),
    "safe:no": (["safe_no_reply"], [], {"safe_to_write": False}),
    "person": (["handed_over"], [], {}),
    "forget": ([], [], {"forget": True}),
    "answer:return_cost": (["return_cost"], ["answer:return_apply", "answer:return_money", "person"], {}),
}


@pytest.mark.parametrize("choice", PRESSED)
def test_what_a_button_does(choice: str) -> None:
    says, below, changes = PRESSED[choice]
    plan, change = chosen(choice, stands(), None)
    assert said(plan) == says
    assert [c for line in plan.say for c in line.choices] == below
    assert changed(change) == changes


OLD = [
    "theme:of_last_year",
    "answer:an_intent_renamed",
    "country:XYZ",
    "country:zz",
    "country:",
    "country:Germany",
    "home:XYZ",
    "home:",
    "useful:yes:",
    "useful:yes:x",
    "useful",
    "lang:",
    "promo",
    "",
    ":",
    "answer:",
    "\x00",
]


@pytest.mark.parametrize("choice", OLD)
def test_a_button_that_means_nothing_any_more_still_leads_on(choice: str) -> None:
    plan, change = chosen(choice, stands(), "return_money")
    assert plan.say
    assert plan.say[-1].choices
    assert change == UNCHANGED


def test_a_country_completes_the_answer_that_waited_for_it() -> None:
    plan, change = chosen("country:DE", stands(), "return_money")
    assert [(line.kind, line.name) for line in plan.say] == [("variant", "return_money")]
    assert change.country == "DE"


def test_the_country_of_return_is_asked_once_and_never_where_it_might_frighten() -> None:
    homes = frozenset({"return_cost", "destination_safety"})
    plan = decide(read("return_cost"), stands(by_home=homes))
    assert (said(plan), plan.pending) == (["return_cost", "ask_return"], "home:return_cost")
    assert said(decide(read("return_cost"), stands(by_home=homes, home_asked=True))) == ["return_cost"]
    assert said(decide(read("destination_safety"), stands(by_home=homes))) == ["destination_safety", "offer_counsellor"]


def test_the_country_of_stay_is_asked_first_then_that_of_return() -> None:
    both = stands(by_home=frozenset({"return_money"}))
    first = decide(read("return_money"), both)
    assert (said(first), first.pending) == (["return_money", "ask_country"], "return_money")
    second, change = chosen("country:DE", both, first.pending)
    assert ([line.kind for line in second.say], change.country) == (["variant", "phrase"], "DE")
    assert (said(second)[-1], second.pending) == ("ask_return", "home:return_money")
    third, change = chosen("home:IQ", both, second.pending)
    assert ([(line.kind, line.name) for line in third.say], change.home) == ([("home", "return_money")], "IQ")


def test_another_country_of_stay_named_meanwhile_is_not_taken_for_the_one_of_return() -> None:
    plan, change = chosen("country:DE", stands(), "home:return_cost")
    assert (said(plan), change.country, change.home) == (["country_noted"], "DE", None)


def test_turning_the_page_of_countries_keeps_what_waits() -> None:
    assert chosen("home:more", stands(), "home:return_money")[0].pending == "home:return_money"
    assert chosen("country:more", stands(), "return_money")[0].pending == "return_money"


def test_a_danger_chosen_from_a_list_is_a_danger() -> None:
    plan, _ = chosen("answer:self_harm", stands(), None)
    assert (said(plan)[0], plan.call, plan.action) == ("self_harm", Risk.URGENT, Action.URGENT)


def test_a_topic_chosen_is_told_even_with_a_counsellor_at_work() -> None:
    assert said(chosen("answer:return_cost", stands(AT_WORK), None)[0]) == ["return_cost"]


def test_no_list_is_longer_than_whatsapp_takes() -> None:
    asked = ["menu", "language", "lang:more", "country:more", *(f"theme:{theme}" for theme in THEMES)]
    plans = [chosen(choice, stands(), None)[0] for choice in asked] + [decide(read("return_money"), stands()), decide(unclear(), stands())]
    assert max(len(line.choices) for plan in plans for line in plan.say) <= PAGE


def test_every_topic_can_be_reached_from_the_menu_in_two_taps() -> None:
    reached = {
        choice.removeprefix("answer:") for theme in THEMES for line in chosen(f"theme:{theme}", stands(), None)[0].say for choice in line.choices
    }
    small_talk = {"greet", "thanks", "goodbye", "affirm", "deny", "help_menu", "out_of_scope"}
    assert set(INTENTS) - small_talk <= reached


# --- commands and things without words --------------------------------------------------------------------------------------

COMMANDS = {
    "start": (["greet"], {}),
    "menu": (["menu"], {}),
    "language": (["choose_language"], {}),
    "person": (["handed_over"], {}),
    "stop": ([], {"stop": True}),
    "forget": ([], {"forget": True}),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("command", ["stop", "forget"])
def test_stop_and_forget_work_in_every_state(command: str, state: State) -> None:
    _, change = commanded(command, stands(state, **IN_DANGER))
    assert {"stop": change.stop, "forget": change.forget}[command]


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_does(command: str) -> None:
    says, changes = COMMANDS[command]
    plan, change = commanded(command, stands())
    assert said(plan) == says
    assert changed(change) == changes


@pytest.mark.parametrize("asks", [lambda at: commanded("person", at)[0], lambda at: chosen("person", at, None)[0]], ids=["command", "button"])
def test_a_person_is_called_once(asks: Callable[[Standing], Plan]) -> None:
    assert asks(stands()).call is Risk.NORMAL
    assert said(asks(stands(WAITING))) == ["already_waiting"]
    assert asks(stands(AT_WORK)) == Plan()


def test_what_cannot_be_read_gets_a_kind_sentence_unless_a_counsellor_sees_it() -> None:
    assert said(cannot_read("voice", stands())) == ["voice"]
    assert said(cannot_read("voice", stands(WAITING))) == ["voice"]
    assert cannot_read("voice", stands(AT_WORK)) == Plan()


#: who answers → what is said to somebody who pressed «Go on», the button that keeps WhatsApp's window open
GOES_ON = {State.COUNSELLOR: [], State.WAITING: ["already_waiting"], State.BOT: ["menu"]}


@pytest.mark.parametrize("state", GOES_ON)
def test_going_on(state: State) -> None:
    assert said(chosen("go_on", stands(state=state), None)[0]) == GOES_ON[state]
