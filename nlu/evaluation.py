"""Figures on labelled messages: how often the first intent, the language and the danger were right, and what that means for people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nlu.contract import INTENTS, Risk
from nlu.text import script_of

Pair = tuple[Mapping[str, Any], Mapping[str, Any]]  #: a line with `lang` and `intent`, and what was predicted for it
Measures = dict[str, float]
Report = dict[str, Any]

#: What each figure says; in per cent of the messages that it is about.
MEANS = {
    "first": "the first intent is right",
    "three": "the right intent is among the first three",
    "f1": "F1, the mean of the intents",
    "language": "the language is right",
    "answered": "an answer is sent at once",
    "wrongly": "a wrong answer is sent at once (share of all messages)",
    "served": "answered right, asked back with the right topic on a button, or handed to a person",
    "urgent": "urgent messages treated as urgent",
    "alarms": "other messages treated as urgent",
    "kept_out": "messages of out_of_scope that are not answered as if they were ours",
}
SHORT, STORY = 4, 20  #: words up to which a message is short, and from which it is a story
_USUAL = {"fa": "Arab", "ps": "Arab", "ar": "Arab", "ckb": "Arab", "ru": "Cyrl", "tg": "Cyrl"}


def report(pairs: Sequence[Pair]) -> Report:
    """Every figure for all messages, for each language and each style, and the means and the weakest of them. ValueError without labels."""
    if any("intent" not in line or line["intent"] not in INTENTS for line, _ in pairs):
        raise ValueError("every line needs an `intent` of nlu/intents.yml (and `lang` for the figures by language)")
    by: dict[str, dict[str, list[Pair]]] = {"lang": defaultdict(list), "style": defaultdict(list)}
    for line, found in pairs:
        for key, groups in by.items():
            if key in line:
                groups[str(line[key])].append((line, found))
    languages, styles = ({name: measures(those) for name, those in sorted(groups.items())} for groups in by.values())
    return {
        "messages": len(pairs),
        "all": measures(pairs),
        "mean_of_languages": _mean(list(languages.values())),
        "weakest_language": min((each["first"] for each in languages.values()), default=None),
        "weakest_style": min((each["first"] for each in styles.values()), default=None),
        "languages": languages,
        "styles": styles,
        "confusion": _confusion(pairs),
    }


def style_of(text: str, language: str) -> str:
    """The style of a message, as far as its form tells: roman · short · story · plain."""
    words = len(text.split())
    if language in _USUAL and script_of(text) == "Latn":
        return "roman"
    return "short" if words <= SHORT else "story" if words >= STORY else "plain"


def measures(pairs: Sequence[Pair]) -> Measures:
    """The figures of MEANS in per cent, those that there are messages for, and their number `n`."""
    urgent = [pair for pair in pairs if INTENTS[pair[0]["intent"]].risk is Risk.URGENT]
    calm = [pair for pair in pairs if INTENTS[pair[0]["intent"]].risk is not Risk.URGENT]
    ours = [pair for pair in pairs if "lang" in pair[0]]
    foreign = [pair for pair in pairs if pair[0]["intent"] == "out_of_scope"]
    found = {
        "first": _share(pairs, lambda line, found: found["intent"] == line["intent"]),
        "three": _share(pairs, lambda line, found: line["intent"] in [one["intent"] for one in found["ranking"][:3]]),
        "f1": _f1(pairs),
        "language": _share(ours, lambda line, found: found["language"] == line["lang"]),
        "answered": _share(pairs, lambda _line, found: found["action"] == "answer"),
        "wrongly": _share(pairs, lambda line, found: found["action"] == "answer" and found["intent"] != line["intent"]),
        "served": _share(pairs, _served),
        "urgent": _share(urgent, lambda _line, found: found["action"] == "urgent"),
        "alarms": _share(calm, lambda _line, found: found["action"] == "urgent"),
        "kept_out": _share(foreign, lambda _line, found: found["intent"] == "out_of_scope" or found["action"] in ("clarify", "handover")),
    }
    return {"n": len(pairs), **{name: value for name, value in found.items() if value is not None}}


def _served(line: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    match found["action"]:
        case "answer":
            return bool(found["intent"] == line["intent"])
        case "clarify":
            return line["intent"] in found["offered"]
        case _:
            return True


def _share(pairs: Sequence[Pair], holds: Callable[[Mapping[str, Any], Mapping[str, Any]], bool]) -> float | None:
    return round(100 * sum(holds(line, found) for line, found in pairs) / len(pairs), 1) if pairs else None


def _f1(pairs: Sequence[Pair]) -> float | None:
    """The mean over the intents that occur, in per cent."""
    meant, said = Counter(line["intent"] for line, _ in pairs), Counter(found["intent"] for _, found in pairs)
    hit = Counter(line["intent"] for line, found in pairs if line["intent"] == found["intent"])
    each = [2 * hit[intent] / (meant[intent] + said[intent]) for intent in meant]
    return round(100 * sum(each) / len(each), 1) if each else None


def _mean(those: Sequence[Measures]) -> Measures:
    return {name: round(sum(values) / len(values), 1) for name in MEANS if (values := [each[name] for each in those if name in each])}


def _confusion(pairs: Sequence[Pair]) -> dict[str, dict[str, int]]:
    """How often each intent was taken for which."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line, predicted in pairs:
        found[line["intent"]][predicted["intent"]] += 1
    return {intent: dict(found[intent].most_common()) for intent in INTENTS if intent in found}


def misses(found: Report, floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """What of a report is worse than the floors allow; «alarms» and «wrongly» are ceilings."""
    said = []
    for group, limits in floors.items():
        for name, limit in limits.items():
            value = found[group].get(name)
            if value is not None and (value > limit if name in ("alarms", "wrongly") else value < limit):
                said.append(f"{group}: {name} is {value} %, {limit} % {'are the most' if name in ('alarms', 'wrongly') else 'are the least'}")
    return said
