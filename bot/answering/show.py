"""What follows an answer: the picture and the recording made for the very words that this person reads, and the way in six steps."""

from __future__ import annotations

from bot.answering.decide import Line
from bot.answers import way
from bot.answers.fill import answer_text
from bot.answers.library import Library
from bot.answers.media import Piece, spoken_hash
from bot.channels import Kind
from bot.conversation.models import Conversation, Person
from bot.house import House


def pieces_of(house: House, conversation: Conversation, person: Person, line: Line) -> tuple[Piece, ...]:
    """Nothing below what is only added to an answer, nor on WhatsApp where it has no address to fetch files from."""
    language = conversation.language or "en"
    found = house.library.answer(line.name, language) if line.kind == "answer" else None
    if found is None or (conversation.channel == "whatsapp" and not house.settings.public_url):
        return ()
    text = answer_text(found, person.country_of_stay, house.library, language=found.language, home=person.country_of_return)
    return follow(house.library, line.name, found.language, text, reader=language)


def follow(library: Library, intent: str, language: str, text: str, *, reader: str) -> tuple[Piece, ...]:
    """What follows these words of an answer; a picture that an editor made takes the place of the drawn one."""
    made = library.media.get((intent, language, spoken_hash(text)), ())
    steps = way.piece(library, reader) if intent in way.FOLLOWS and all(piece.kind is not Kind.PICTURE for piece in made) else None
    return (steps, *made) if steps else made
