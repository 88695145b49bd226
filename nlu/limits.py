"""Choosing by cross-validation how sure is sure enough, and what that means for people."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.engine import URGENT_COLUMNS
from nlu.linear import Floats, log_softmax

WRONG = 0.04  #: at most this share of all messages may be answered wrongly (the rest is asked back or handed over)
USEFUL = 0.8  #: where the right topic is among the three offered at least this often, it is worth asking back
ALARMS = 0.04  #: at most this share of the training sentences that are not urgent may raise an alarm; the safety words come on top


def chosen(languages: NDArray[np.str_], scores: Floats, danger: Floats, gold: NDArray[np.int64]) -> dict[str, Any]:
    """Temperatures, limits, and what they mean on sentences that no model had seen."""
    spoken = list(dict.fromkeys(languages.tolist()))
    temperatures = {name: temperature(scores[languages == name], gold[languages == name]) for name in spoken}
    divided = scores / np.array([temperatures[name] for name in languages.tolist()], np.float32)[:, None]
    probabilities = np.exp(log_softmax(divided))
    confidence, hit = probabilities.max(1), probabilities.argmax(1) == gold
    sure = next((t for t in np.arange(0.3, 0.96, 0.01) if ((confidence >= t) & ~hit).mean() <= WRONG), 0.96)
    among = (np.argsort(-probabilities, 1)[:, :3] == gold[:, None]).any(1)
    useful = [t for t in np.arange(0.05, sure, 0.01) if among[(confidence >= t) & (confidence < t + 0.05)].mean() >= USEFUL]
    urgent = np.isin(gold, URGENT_COLUMNS)
    alarm = float(np.quantile(danger[~urgent], 1 - ALARMS))
    answered = confidence >= sure
    return {
        "temperatures": temperatures,
        "limits": {"sure": round(float(sure), 3), "nearly": round(float(min(useful, default=sure)), 3), "urgent": round(alarm, 3)},
        "cross_validation": {
            "right": round(float(hit.mean()), 4),
            "right_by_language": {name: round(float(hit[languages == name].mean()), 4) for name in spoken},
            "answered": round(float(answered.mean()), 4),
            "answered_wrongly": round(float((answered & ~hit).mean()), 4),
            "urgent_found": round(float((danger[urgent] >= alarm).mean()), 4),
            "false_alarms": round(float((danger[~urgent] >= alarm).mean()), 4),
        },
    }


def temperature(scores: Floats, gold: NDArray[np.int64]) -> float:
    """What the scores are divided by so that probabilities come true: the likeliest of a fine row of values."""
    tried = np.arange(0.3, 1.51, 0.05)
    return float(min(tried, key=lambda t: -log_softmax(scores / t)[np.arange(len(gold)), gold].mean()))
