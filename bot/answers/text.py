"""One curated text in its portable form: a head, paragraphs, and what is added for countries of stay and of return."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from bot.errors import ContentError
from bot.i18n import SOURCE

SECTION = re.compile(r"^## +((?:to )?[A-Z]{2})[ \t]*$", re.MULTILINE)
_HEAD = re.compile(r"\A\s*---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_ROOM = re.compile(r"[ \t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_LINES = frozenset({"title", "followups", "sources", "review_by", "made_from", "meaning", "differs", "reviewed_by"})  #: of a head
_NO_HEAD = "begins with --- and a readable head, then --- and the text"
_LINE_ENDS = str.maketrans("\r\v\f", "\n\n\n")
_UNKEEPABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
RETURN = "to "  #: begins the name of a variant for a country of return: «to IQ»; «DE» is one of stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Which text: an answer or a phrase, in one language."""

    kind: str  #: answer · phrase
    name: str  #: the intent, or the name of the phrase
    language: str

    def __str__(self) -> str:
        return f"{self.name}/{self.language}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text as a file of content/, a draft or a version has it."""

    kind: str  #: answer · phrase
    name: str
    language: str
    title: str = ""
    text: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)  #: «DE» → what is added for people there, «to IQ» → for those who go back there
    followups: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    review_by: date | None = None
    made_from: str | None = None  #: a translation: the meaning of the source that it was made from
    same_meaning: str | None = None  #: a source: the meaning it shares with an earlier version, where only its wording was mended
    reviewed: bool = False  #: by a native speaker
    differs: str = ""  #: why it may say something else than its source

    @property
    def key(self) -> Key:
        return Key(kind=self.kind, name=self.name, language=self.language)

    @property
    def content_hash(self) -> str:
        """Changes when what a person reads changes."""
        whole = "\0".join((self.title, self.text, *(f"{c}:{t}" for c, t in sorted(self.variants.items())), *self.followups))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    @property
    def meaning(self) -> str:
        """What translations remember of their source: its hash, or that of the version whose meaning it kept."""
        return self.same_meaning or self.content_hash

    @property
    def sections(self) -> dict[str, str]:
        """The text by parts: «title», «» for everybody, then each country."""
        return {"title": self.title, "": self.text, **self.variants} if self.kind == "answer" else {"": self.text}


def one_line(words: str) -> str:
    """A title; what does not break a line, such as a space that holds two words together, stays."""
    return _ROOM.sub(" ", words).strip()


def plain(words: str) -> str:
    """As every store and every file can keep it: lines end in one way, and there is no sign that XML does not know."""
    return _UNKEEPABLE.sub("", words.replace("\r\n", "\n").translate(_LINE_ENDS))


def body(text: Text) -> str:
    """The paragraphs with all variants, as a file has them after its head."""
    return text.text.strip() + "\n" + "".join(f"\n## {country}\n{added.strip()}\n" for country, added in in_order(text.variants).items())


def in_order(variants: Mapping[str, str]) -> dict[str, str]:
    """Countries of stay first, each kind by its letters."""
    return {name: variants[name] for name in sorted(variants, key=lambda name: (len(name), name))}


def parted(whole: str) -> tuple[str, dict[str, str]]:
    """A body as its text for everybody and its variants. ContentError where a country stands twice."""
    text, *sections = SECTION.split(whole)
    countries = sections[::2]
    if len(set(countries)) < len(countries):
        raise ContentError(f"a country stands twice: {', '.join(sorted({c for c in countries if countries.count(c) > 1}))}")
    return text.strip(), dict(zip(countries, (section.strip() for section in sections[1::2]), strict=True))


def document(text: Text, **extra: Any) -> str:
    """The portable form; `extra` goes into the head."""
    if text.kind == "phrase":
        return text.text.strip() + "\n"
    head: dict[str, Any] = {"title": text.title}
    if text.language == SOURCE:
        head |= {"followups": list(text.followups), "sources": list(text.sources), "review_by": text.review_by}
    written = yaml.safe_dump(head | extra, allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{written}---\n{body(text)}"


def parsed(key: Key, whole: str) -> Text:
    """The text of a portable form. ContentError says what is wrong with it."""
    whole = whole.removeprefix("\ufeff").replace("\r\n", "\n")
    if key.kind == "phrase":
        return Text(kind=key.kind, name=key.name, language=key.language, text=whole.strip())
    try:
        head = _HEAD.match(whole)
        front: Any = yaml.safe_load(head[1]) or {} if head else None
    except (ValueError, yaml.YAMLError) as error:
        raise ContentError(_NO_HEAD) from error
    if head is None or not isinstance(front, dict):
        raise ContentError(_NO_HEAD)
    if strange := front.keys() - _LINES:
        raise ContentError(f"its head has a line that nobody reads: {', '.join(sorted(map(str, strange)))}")
    for name in ("followups", "sources"):
        if not isinstance(front.get(name) or [], list):
            raise ContentError(f"{name} is a list, each in a line that begins with -")
    rest = whole[head.end() :]
    text, variants = parted(rest)
    review_by = front.get("review_by")
    if not isinstance(review_by, date | None):
        raise ContentError("review_by is a day such as 2027-05-31")
    return Text(
        kind=key.kind,
        name=key.name,
        language=key.language,
        title=one_line(str(front.get("title") or "")),
        text=text,
        variants=variants,
        followups=tuple(str(one) for one in front.get("followups") or ()),
        sources=tuple(str(one) for one in front.get("sources") or ()),
        review_by=review_by,
        made_from=str(front["made_from"]) if front.get("made_from") else None,
        same_meaning=str(front["meaning"]) if front.get("meaning") else None,
        reviewed=bool(front.get("reviewed_by")),
        differs=str(front.get("differs") or ""),
    )
