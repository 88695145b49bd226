"""Which language a text is written in, romanised and short ones included; what is known of the person tips the balance."""

from __future__ import annotations

import math
import unicodedata

import numpy as np

from nlu.features import Grams, letter_grams, word_grams
from nlu.linear import Floats, Linear, log_softmax

#: How much more likely a language is that the conversation already has, or that the person's app is set to.
PRIOR, HINT = 6.0, 2.0


#: Letters of Sorani, Pashto, Tajik and Uzbek as they come out on an Arabic, Persian or Russian keyboard.
_OTHER_KEYBOARD = str.maketrans("ەێۆڕڵڤکیګښړټډڼېۍځڅӣӯқғҳҷўЎҚҒҲ", "هیورلفكيگشرتدنییحچиукгхчуУКГХ")
_ARABIC_KEYBOARD = str.maketrans("ەێۆڕڵڤیک", "هيورلفيك")


def retyped(text: str) -> list[str]:
    """The ways in which a text comes out on the keyboards of others: without marks, with their letters."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    ways = (
        text.translate(_OTHER_KEYBOARD),
        text.translate(_ARABIC_KEYBOARD),
        unicodedata.normalize("NFC", bare) if text.isascii() is False else text,
    )
    return [way for way in dict.fromkeys(ways) if way != text]


def features(text: str, plain: str) -> Grams:
    """Letters as written (marks tell languages apart), words and consonant skeletons of the text normalised for no language."""
    written = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    return {**word_grams(plain), "c": letter_grams(written, 1, 4)}


def probabilities(model: Linear, text: str, plain: str, *, prior: str | None = None, hint: str | None = None) -> dict[str, float]:
    """How likely each language is, the likeliest first; without any known feature what is known of the person decides."""
    scores: Floats = log_softmax(model.scores(features(text, plain)))
    weighed = scores + np.array([math.log((PRIOR if name == prior else 1) * (HINT if name == hint else 1)) for name in model.classes], np.float32)
    found = np.exp(log_softmax(weighed))
    return {model.classes[i]: float(found[i]) for i in np.argsort(-found)}
