"""The way in six steps as a picture for those who would rather look than read: drawn from its words, in every language and direction."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from pathlib import Path

import resvg_py

from bot.i18n import RIGHT_TO_LEFT

WIDTH, HEIGHT = 1080, 1350
MARGIN, BETWEEN, ABOVE = 34, 84, 152  #: around the cards, between two in a row, above the first row
CARD, ROW, TALL = (WIDTH - 2 * MARGIN - BETWEEN) // 2, 408, 336  #: a card's width, from one row to the next, a card's height
FOLDER = Path(__file__).parent / "fonts"
FONTS = ("NotoSans-SemiBold.ttf", "NotoSansArabic-SemiBold.ttf")
_LEADING = 1.3  #: from one line to the next, in parts of the size
INK, PAPER, ROAD = "#17324a", "#eef4f6", "#d9482f"
#: The first digit of those that a language writes; the others follow it in Unicode.
_ZEROES = {"fa": "۰", "ps": "۰", "ar": "٠", "ckb": "٠"}
_RIGHT = "\u200f"  #: a mark without width: full stops and brackets at either end of a line belong to the right-to-left words beside them
_MARKS = re.compile("[\u064b-\u065f\u0670\u0300-\u036f\u200b-\u200f\u2060-\u2069]")  #: have no width of their own


@dataclass(frozen=True, slots=True)
class Way:
    """What the picture says."""

    language: str
    title: str
    steps: tuple[str, ...]
    alt: str = ""  #: the whole picture in words


@dataclass(frozen=True, slots=True)
class Box:
    """Where a text has to stay: its middle, its breadth, its height."""

    x: float
    y: float
    wide: float
    high: float


TITLE = Box(WIDTH / 2, ABOVE / 2, WIDTH - 2 * MARGIN - 20, ABOVE - 18)


@lru_cache(maxsize=32)
def picture(way: Way) -> bytes:
    """The picture as PNG; the same words always give the same bytes."""
    fonts = [str(FOLDER / name) for name in FONTS]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg(way), skip_system_fonts=True, font_files=fonts))


def svg(way: Way) -> str:
    """The whole drawing: cards in the order of reading, the road between them, and the words."""
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>', _road(way.language)]
    parts += [_card(number, way.language) for number in range(len(way.steps))]
    parts += [text_in(box, text, way.language, most) for box, text, most in texts(way)]
    start, end = _icons()
    return f"{start}{''.join(parts)}{end}"


def texts(way: Way) -> list[tuple[Box, str, int]]:
    """Every text with its place and its largest size."""
    captions = [(_caption(number, way.language), step, 42) for number, step in enumerate(way.steps)]
    return [(TITLE, way.title, 64), *captions]


def _caption(number: int, language: str) -> Box:
    x, y = _corner(number, language)
    return Box(x + CARD / 2, y + TALL - 66, CARD - 32, 122)


def _corner(number: int, language: str) -> tuple[int, int]:
    """Of a card: two in a row, in the direction of reading."""
    row, column = divmod(number, 2)
    if language in RIGHT_TO_LEFT:
        column = 1 - column
    return MARGIN + column * (CARD + BETWEEN), ABOVE + row * ROW


def _card(number: int, language: str) -> str:
    x, y = _corner(number, language)
    mirrored = language in RIGHT_TO_LEFT
    badge = x + CARD - 44 if mirrored else x + 44
    return (
        f'<rect x="{x}" y="{y}" width="{CARD}" height="{TALL}" rx="28" fill="#fff" stroke="{INK}" stroke-width="4"/>'
        f'<use href="#step-{number + 1}" transform="translate({x + CARD // 2 + (-16 if mirrored else 16)} {y + 106}) scale({-0.9 if mirrored else 0.9} 0.9)"/>'
        f'<circle cx="{badge}" cy="{y + 44}" r="34" fill="{INK}"/>' + _line(digit(number + 1, language), badge, y + 61, 46, "#fff")
    )


def _road(language: str) -> str:
    """Arrows from each card to the next: onward in a row, and down to the start of the next row."""
    ahead = -1 if language in RIGHT_TO_LEFT else 1
    middle, column = WIDTH // 2, ahead * (CARD + BETWEEN) // 2
    found = []
    for row in range(3):
        top = ABOVE + row * ROW
        found.append(
            f'<path d="M{middle - ahead * 26} {top + TALL // 2}h{ahead * 46}"/>' + _head(middle + ahead * 24, top + TALL // 2, 90 - ahead * 90)
        )
        if row < 2:  # back along the gap, as the eye goes to the next line
            down, turn = top + TALL + 4, ahead * 16
            road = f"M{middle + column} {down}q0 16 {-turn} 16H{middle - column + turn}q{-turn} 0 {-turn} 16v22"
            found.append(f'<path d="{road}"/>' + _head(middle - column, top + ROW - 10, 90))
    return f'<g fill="none" stroke="{ROAD}" stroke-width="12" stroke-linecap="round" stroke-linejoin="round">{"".join(found)}</g>'


def _head(x: float, y: float, turned: int) -> str:
    return f'<use href="#head" transform="translate({x} {y}) rotate({turned})"/>'


def digit(number: int, language: str) -> str:
    return chr(ord(_ZEROES.get(language, "0")) + number)


def text_in(box: Box, text: str, language: str, most: int) -> str:
    """A text in the middle of its box, as large as fits."""
    size, lines = fitted(text, box, most)
    to_left = language in RIGHT_TO_LEFT
    first = box.y - (len(lines) - 1) * _LEADING * size / 2 + size * (0.22 if to_left else 0.36)  # Arabic letters reach further down
    mark = _RIGHT if to_left else ""
    return "".join(_line(f"{mark}{line}{mark}", box.x, first + number * _LEADING * size, size, INK) for number, line in enumerate(lines))


def _line(text: str, x: float, y: float, size: int, colour: str) -> str:
    family = "Noto Sans, Noto Sans Arabic"
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{family}" font-weight="600" font-size="{size}" text-anchor="middle" fill="{colour}">'
        f"{escape(text)}</text>"
    )


def fitted(text: str, box: Box, most: int) -> tuple[int, list[str]]:
    """The largest size at which the text, in lines, stays within the box; whole words as long as any size takes them."""
    for size in range(most, 11, -2):
        lines = _lines(text, box.wide / size)
        if _high(len(lines)) * size <= box.high and all(width(line) * size <= box.wide for line in lines):
            return size, _balanced(text, len(lines), box.wide / size)
    return 12, _lines(text, box.wide / 12)[: int(box.high / 12 / _LEADING)]


def _high(lines: int) -> float:
    """From the highest mark above the first line to the lowest below the last, in parts of the size."""
    return (lines - 1) * _LEADING + 1.65


def _lines(text: str, most: float) -> list[str]:
    """Broken between words, as few lines as possible."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}") <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _balanced(text: str, count: int, most: float) -> list[str]:
    """As many lines as before, but of nearly one length: a last line of one short word reads badly."""
    narrow = most
    while narrow > most / 2 and len(_lines(text, narrow * 0.96)) == count and max(map(width, _lines(text, narrow * 0.96))) <= most:
        narrow *= 0.96
    return _lines(text, narrow)


def width(text: str) -> float:
    """Of a line, in parts of its size; never less than it is drawn."""
    known = _widths()
    total = 0.0
    letters = _MARKS.sub("", text)
    for place, letter in enumerate(letters):
        joined, last = known.get(letter, (1000, 1000))
        total += joined if letters[place + 1 : place + 2].isalpha() else last
    return total / 1000


@cache
def _widths() -> dict[str, tuple[int, int]]:
    """Of each letter in thousandths: before another letter (Arabic letters are narrower there), and at the end of a word."""
    found = json.loads((FOLDER / "widths.json").read_text("utf-8"))
    return {chr(int(code, 16)): (wide, wide) if isinstance(wide, int) else (wide[0], wide[1]) for code, wide in found.items()}


@cache
def _icons() -> tuple[str, str]:
    """What the pictures of the steps are drawn with, and how the drawing ends."""
    start, end, _ = (FOLDER / "way.svg").read_text("utf-8").rpartition("</svg>")
    return start, end
