"""Reading one message: an engine, the safety words, the places. Never raises; when one engine is silent the other answers."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nlu.contract import INTENTS, LANGUAGES, WRITTEN_IN, Risk
from nlu.engine import NAMES, URGENT_COLUMNS, Engine, Understood
from nlu.linear import Floats, log_softmax
from nlu.places import places
from nlu.rasa import RasaClient, RasaSilent
from nlu.reading import Certainty, Ranked, Reading
from nlu.safety import danger
from nlu.text import normalise, script_of

RANKED = 10  #: intents of a reading
SHORT = 3  #: letters with which a text is too short to leave the language of the conversation
TRIED = 4  #: languages at most in which safety words are looked for
WORTH_ASKING = 0.08  #: a language this likely is offered where the person is asked
POSSIBLE = 0.02  #: a language this likely is possible enough for its safety words to count


@dataclass(slots=True)
class Reader:
    """The in-process engine, and the Rasa server before it where one is set."""

    engine: Engine
    rasa: RasaClient | None = None

    async def read(self, text: str, *, hint: str | None = None, prior: str | None = None) -> Reading:
        """How a text is read. `hint` is the language of the person's app, `prior` that of the conversation so far."""
        prior, hint = _ours(prior), _ours(hint)
        plain = normalise(text)
        likely = self.engine.languages(text, plain=plain, prior=prior, hint=hint)
        written_in = next(iter(likely))
        understood = self.engine.understand(text, written_in)
        found, engine = understood.intents, "embedded"
        if self.rasa is not None:
            with contextlib.suppress(RasaSilent):  # reported by the client; the person is answered all the same
                found, engine = _in_order(await self.rasa.parse(text)), "rasa"
        return self._reading(text, plain, _language(text, likely, prior, hint), likely, found, understood, engine)

    def judged(self, text: str, written_in: str, language: str, scores: Floats, danger: float) -> Reading:
        """The reading of a text with these scores by the models of one language; `language` is what it was taken for."""
        intents = np.exp(log_softmax(scores / self.engine.temperatures[written_in]))
        likely = {language: 1.0, written_in: 1.0}
        return self._reading(text, normalise(text), language, likely, intents, Understood(intents=intents, danger=danger, concepts=()), "embedded")

    def _reading(
        self, text: str, plain: str, language: str, likely: Mapping[str, float], found: Floats, understood: Understood, engine: str
    ) -> Reading:
        order = np.argsort(-found)[:RANKED]
        ranking = tuple(Ranked(intent=NAMES[i], confidence=float(found[i])) for i in order)
        top = ranking[0]
        where = places(plain, self.engine.gazetteer, language, understood.concepts)
        named = self._said(text, likely) or self._felt(found, understood.danger)
        return Reading(
            language=language,
            language_confidence=likely[language],
            languages=tuple(name for name, chance in likely.items() if chance >= WORTH_ASKING)[:3],
            script=script_of(text),
            intent=top.intent,
            confidence=top.confidence,
            ranking=ranking,
            risk=Risk.URGENT if named else min(INTENTS[top.intent].risk, Risk.SENSITIVE, key=lambda risk: risk.rank),
            sure=self._certainty(plain, top),
            urgent_intent=named,
            places=where.named,
            stay=where.stay,
            back=where.back,
            concepts=understood.concepts,
            text_length=len(text),
            engine=engine,
        )

    def _said(self, text: str, likely: Mapping[str, float]) -> str | None:
        """The danger that safety words name, in any language that the text may be written in."""
        possible = [name for name, chance in likely.items() if chance >= POSSIBLE][:TRIED]
        return next((named for name in possible if (named := danger(text, name, self.engine.patterns[name]))), None)

    def _felt(self, found: Floats, danger: float) -> str | None:
        """The likeliest danger, where there is danger enough or one is the likeliest intent of all."""
        likeliest = int(URGENT_COLUMNS[found[URGENT_COLUMNS].argmax()])
        limits = self.engine.limits
        felt = danger >= limits.urgent or (int(found.argmax()) == likeliest and found[likeliest] >= limits.nearly)
        return NAMES[likeliest] if felt else None

    def _certainty(self, plain: str, top: Ranked) -> Certainty:
        if not plain:
            return Certainty.NOT
        if top.confidence >= self.engine.limits.sure:
            return Certainty.SURE
        return Certainty.NEARLY if top.confidence >= self.engine.limits.nearly and top.intent != "out_of_scope" else Certainty.NOT


def _language(text: str, likely: Mapping[str, float], prior: str | None, hint: str | None) -> str:
    """The likeliest language; where a text cannot tell («👍», «123», «ok»), that of the conversation, or of the app."""
    script = script_of(text)
    if script == "Zyyy":
        return prior or hint or LANGUAGES[0]
    if prior and sum(letter.isalpha() for letter in text) <= SHORT and prior in WRITTEN_IN.get(script, LANGUAGES):
        return prior
    return next(iter(likely))


def _ours(tag: str | None) -> str | None:
    code = (tag or "").lower().replace("_", "-").split("-")[0]
    code = {"prs": "fa", "pes": "fa", "ku": "ckb", "hr": "sr", "bs": "sr"}.get(code, code)
    return code if code in LANGUAGES else None


def _in_order(ranking: Mapping[str, float]) -> Floats:
    """Probabilities in the order of NAMES, summing to one."""
    found = np.array([max(0.0, ranking.get(name, 0.0)) for name in NAMES], np.float32)
    total = float(found.sum())
    return found / total if total > 0 and math.isfinite(total) else np.full(len(NAMES), 1 / len(NAMES), np.float32)
