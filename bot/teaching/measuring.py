"""What the bot would do with a message as its first: for measuring models, and for questions that must lead to their answer."""

from __future__ import annotations

from typing import Any

from bot.answering.decide import Standing, decide
from nlu import Action, Reading


def predicted(text: str, reading: Reading) -> dict[str, Any]:
    """One line of `nlu predict`."""
    plan = decide(reading, Standing())
    return {
        "text": text,
        "language": reading.language,
        "script": reading.script,
        "intent": reading.intent,
        "confidence": round(reading.confidence, 4),
        "ranking": [{"intent": ranked.intent, "confidence": round(ranked.confidence, 4)} for ranked in reading.ranking],
        "risk": reading.risk.value,
        "action": plan.action.value,
        "offered": list(plan.offered),
    }


def led_to(reading: Reading) -> str | None:
    """The intent whose answer a person gets: at once, or by the first button of «Did you mean»; None where it is none."""
    plan = decide(reading, Standing())
    match plan.action:
        case Action.URGENT:
            return plan.intent
        case Action.CLARIFY:
            return plan.offered[0] if plan.offered else None
        case Action.ANSWER:
            return reading.intent
    return "talk_to_human" if plan.intent == "talk_to_human" else None
