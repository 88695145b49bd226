"""People write, and are answered; or a counsellor is called."""

from bot.cases.models import CaseState
from bot.channels import Kind
from bot.conversation.models import Delivery, State
from tests.world import World


async def test_a_question_gets_its_curated_answer_word_for_word(world: World) -> None:
    person = world.person()
    heard = await person.asks("who can see what I write here?")
    answer = world.house.library.answer("privacy", "en")
    assert answer is not None
    assert heard[0] == world.phrase("notice", "en").replace("{organisation}", "Homeward").replace("{days}", "90")
    assert heard[1] == answer.text
    assert "person" in person.choices


async def test_the_notice_is_given_once(world: World) -> None:
    person = world.person()
    first = await person.asks("who can see what I write here?")
    second = await person.asks("who can see what I write here?")
    assert (len(first), len(second)) == (2, 1)


async def test_a_message_heard_twice_is_answered_once(world: World) -> None:
    person = world.person()
    assert await person.writes("who can see what I write here?", external_id="once")
    assert not await person.writes("who can see what I write here?", external_id="once")
    await world.falls_quiet()
    assert len(person.heard) == 2  # the notice and the answer


async def test_messages_of_one_person_are_answered_in_order(world: World) -> None:
    person = world.person()
    for text in ("is the return free of charge?", "hello", "thank you very much"):
        await person.writes(text)
    await world.falls_quiet()
    answered = [message.answers_id for message in await world.messages() if message.direction == "out"]
    assert answered == sorted(answered)
    assert len(set(answered)) == 3


async def test_a_person_in_danger_reaches_a_counsellor(world: World) -> None:
    amina = world.person()
    heard = await amina.asks("help they want to kill me")
    assert "112" in heard[0]  # the contacts come in the first message
    [case] = await world.cases()
    assert case.risk == "urgent"
    assert (await amina.conversation()).state is State.WAITING

    sara = await world.counsellor()
    assert await world.takes(sara, case)
    await world.replies(sara, case, "I am here.")
    assert await amina.asks("thank you") == ["I am here."]  # and the bot keeps quiet


async def test_a_second_danger_has_its_contacts_and_neither_is_said_again(world: World) -> None:
    amina = world.person(hint="en")
    waiting = world.phrase("already_waiting", "en")
    first = await amina.asks("help they want to kill me")
    second = await amina.asks("she is not breathing, we need an ambulance")
    assert len(first) > 1
    assert len(second) > 1
    assert await amina.asks("she is not breathing, we need an ambulance") == [waiting]
    [case] = await world.cases()
    assert (case.risk, case.intent) == ("urgent", "medical_emergency")


async def test_a_first_message_without_words_is_answered_in_the_language_of_the_app(world: World) -> None:
    for words, kind in (("👍", Kind.TEXT), ("123", Kind.TEXT), ("52.52, 13.4", Kind.LOCATION)):
        person = world.person(hint="fa-AF")
        await person.asks(words, kind=kind)
        assert (await person.conversation()).language == "fa"


async def test_the_countries_that_a_message_names_are_remembered(world: World) -> None:
    person = world.person()
    await person.asks("I live in Germany. how much money do I get if I go back to Iraq?")
    about = await person.row()
    assert (about.country_of_stay, about.country_of_return) == ("DE", "IQ")


async def test_a_language_that_is_not_clear_twice_is_asked_for(world: World) -> None:
    person = world.person()
    await person.asks("pasport")
    heard = await person.asks("viza pasport")
    assert any(choice.startswith("lang:") for choice in person.choices), heard
    chosen = next(choice for choice in person.choices if choice.startswith("lang:"))
    await person.presses(chosen)
    await world.falls_quiet()
    assert (await person.conversation()).language_chosen


async def test_a_short_word_of_everybody_does_not_change_the_language(world: World) -> None:
    person = world.person()
    await person.asks("Сколько денег мне дадут, если я вернусь?")
    for word in ("ok", "no", "👍"):
        await person.asks(word)
        assert (await person.conversation()).language == "ru"
    await person.asks("Wer bezahlt das Flugticket nach Hause?")
    assert (await person.conversation()).language == "de"


async def test_two_counsellors_cannot_take_one_case(world: World) -> None:
    person = world.person()
    await person.writes("help")
    await person.presses("person")
    await world.falls_quiet()
    [case] = await world.cases()
    first, second = await world.counsellor(), await world.counsellor()
    assert await world.takes(first, case)
    assert not await world.takes(second, case)


async def test_hand_over_is_the_sentence_and_the_case_together(world: World) -> None:
    person = world.person()
    heard = await person.asks(button="person", kind=Kind.BUTTON)
    assert world.phrase("handed_over", "en") in heard
    [case] = await world.cases()
    assert case.state is CaseState.WAITING


async def test_country_is_asked_once_and_remembered(world: World) -> None:
    person = world.person()
    answer = world.house.library.answer("return_money", "en")
    assert answer is not None
    heard = await person.asks(button="answer:return_money", kind=Kind.BUTTON)
    assert heard[-1] == world.phrase("ask_country", "en")
    assert "country:DE" in person.choices
    then = await person.asks(button="country:DE", kind=Kind.BUTTON)
    assert then[0].startswith(answer.variants["DE"][:40])
    again = await person.asks(button="answer:return_money", kind=Kind.BUTTON)
    assert len(again) == 1
    assert answer.variants["DE"][:40] in again[0]


async def test_a_choice_can_be_typed_as_its_number(world: World) -> None:
    person = world.person()
    await person.asks("/menu")
    first = person.choices[0]
    assert first == "theme:return"
    await person.asks("۱")  # one, as Persian writes it
    assert "answer:return_overview" in person.choices


async def test_language_is_two_taps_away(world: World) -> None:
    person = world.person()
    await person.asks("/language")
    assert "lang:de" in person.choices
    await person.asks(button="lang:de", kind=Kind.BUTTON)
    assert (await person.conversation()).language == "de"


async def test_an_old_button_is_no_dead_end(world: World) -> None:
    person = world.person()
    heard = await person.asks(button="theme:of_last_year", kind=Kind.BUTTON)
    assert heard[-1] == world.phrase("menu", "en")


async def test_voice_and_pictures_are_never_ignored(world: World) -> None:
    for kind in (Kind.VOICE, Kind.PICTURE, Kind.DOCUMENT, Kind.LOCATION, Kind.STICKER, Kind.CONTACT, Kind.UNKNOWN):
        person = world.person(hint="en")
        heard = await person.asks(kind=kind)
        assert world.phrase("nearest_none" if kind is Kind.LOCATION else kind.value, "en") in heard[-1], kind  # a place that cannot be read
        assert "person" in person.choices


async def test_stop_is_obeyed_and_writing_again_ends_it(world: World) -> None:
    person = world.person(hint="en")
    heard = await person.asks("/stop")
    assert heard == [world.phrase("stopped", "en")]
    assert (await person.conversation()).state is State.STOPPED
    assert await person.asks("is the return free of charge?")
    assert (await person.conversation()).state is State.BOT


async def test_forget_leaves_nothing(world: World) -> None:
    person = world.person(hint="en")
    await person.asks("my secret is Zwetschgenkuchen")
    await person.presses("person")
    await world.falls_quiet()
    heard = await person.asks("/forget")
    assert heard == [world.phrase("forgotten_terminal", "en")]
    assert await world.messages() == []
    assert await world.cases() == []
    assert world.terminal.erased[0][0] == person.name


async def test_every_reply_is_marked_sent(world: World) -> None:
    person = world.person()
    await person.asks("hello")
    replies = [message for message in await world.messages() if message.direction == "out"]
    assert replies
    assert {reply.delivery for reply in replies} == {Delivery.SENT}
