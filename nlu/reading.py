"""What understanding hands to the rest: how one text was read, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.contract import Risk, Word


class Certainty(Word):
    """What a confidence is good for; the two limits are chosen by cross-validation."""

    SURE = "sure"  #: answer
    NEARLY = "nearly"  #: ask back
    NOT = "not"  #: topics and a counsellor


class Action(Word):
    """What the bot does with a message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOVER = "handover"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """An intent and the calibrated probability that it is meant."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one text was read. `ranking` is sorted, holds at least three, and begins with `intent`."""

    language: str
    language_confidence: float
    script: str  #: Arab · Cyrl · Latn · Zyyy (no letters)
    intent: str
    confidence: float
    ranking: tuple[Ranked, ...]
    risk: Risk
    sure: Certainty
    languages: tuple[str, ...] = ()  #: those that the text may be in, the likeliest first
    urgent_intent: str | None = None  #: the danger named, where risk is urgent
    places: tuple[str, ...] = ()  #: countries named, as ISO 3166-1 codes
    stay: str | None = None  #: the country the person is in, where the text lets one believe so
    back: str | None = None  #: the country the person would return to
    concepts: tuple[str, ...] = ()  #: the meanings found, in the order of the text
    text_length: int = 0
    engine: str = "embedded"  #: which engine read it: embedded · rasa
