"""What is counted of a message: the topic it asked about. Pure, like `decide`; no words, no person."""

from __future__ import annotations

from bot.answering.decide import Plan
from bot.answering.step import Step
from bot.channels import Kind
from nlu import Action, Certainty

NO_TOPIC = "none"


def asked(step: Step, plan: Plan) -> str | None:
    """The topic of a question; NO_TOPIC where the bot could not tell; None where nothing was asked of the bot.

    A country, a language or the menu only lead to an answer; and what is said while a counsellor is at work is not asked of the
    bot, which keeps silent. A topic chosen by button is as good as words. A voice note asks something, though nobody read it.
    """
    if plan.action is Action.ANSWER:
        return next((line.name for line in plan.say if line.kind == "answer"), None)
    if plan.intent:
        return plan.intent
    if step.choice or step.command:
        return "talk_to_human"  # already waiting for one
    if step.reading is not None:
        return step.reading.intent if step.reading.sure is Certainty.SURE else NO_TOPIC
    return NO_TOPIC if step.heard.kind is Kind.VOICE else None
