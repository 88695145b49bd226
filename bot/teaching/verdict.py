"""Whether a new model may go live: only if nothing got worse. No clock, no database: only the rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MEASURES = ("first", "three", "served", "urgent", "wrongly", "alarms")  #: of nlu.evaluation.MEANS, those that are compared
CEILINGS = frozenset({"wrongly", "alarms"})  #: the lower the better
MEAN = "mean"  #: stands for a language: the mean of all

#: One message of a language that is read worse is chance, two are not: of its 204 messages one is half a point, of the 160 that are
#: not urgent 0.6. In points of one language, of its false alarms, and of the mean of all 13. Danger that is missed and questions that
#: are lost are counted one by one and forgive nothing.
NOISE, NOISE_OF_ALARMS, NOISE_OF_THE_MEAN = 0.6, 0.7, 0.1

FORBIDDEN = ("urgent", "question")  #: kinds of losses of which one is too many


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measure of the new model beside that of the old, in per cent."""

    language: str
    name: str
    before: float
    after: float

    @property
    def worse_by(self) -> float:
        """In points; negative where it got better."""
        return round(self.after - self.before if self.name in CEILINGS else self.before - self.after, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A message of ours that the old model read well and the new one does not, or (failing) that neither does."""

    kind: str  #: urgent: danger that is missed now · question: a test question that fails now · worse: another intent first · failing
    language: str
    intent: str
    read_as: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One reason why a model may not go live."""

    kind: str  #: urgent · question · figure
    count: int = 0
    figure: Figure | None = None


def objections(figures: Iterable[Figure], losses: Iterable[Loss]) -> list[Objection]:
    """Everything that got worse; a model without any may go live."""
    kinds = [loss.kind for loss in losses]
    counted = [Objection(kind=kind, count=kinds.count(kind)) for kind in FORBIDDEN if kind in kinds]
    return [*counted, *_fallen(figures)]


def _fallen(figures: Iterable[Figure]) -> Iterator[Objection]:
    for figure in figures:
        if figure.name in MEASURES and figure.worse_by > _chance(figure):
            yield Objection(kind="figure", figure=figure)


def _chance(figure: Figure) -> float:
    if figure.language == MEAN:
        return NOISE_OF_THE_MEAN
    return NOISE_OF_ALARMS if figure.name == "alarms" else NOISE
