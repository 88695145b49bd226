"""Numbers and addresses in what people wrote, hidden until a counsellor asks for them: who looks over a shoulder reads nothing."""

from __future__ import annotations

import re

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Seven digits and more, as telephone and file numbers are written; amounts and dates are shorter.
_NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[\s().\-/]{0,2}\d){6,17}(?!\w)")
HIDDEN = "•••"


def masked(text: str) -> str:
    """The text with numbers of seven digits and more, and mail addresses, cut to what tells them apart."""
    return _NUMBER.sub(lambda found: _ends(found[0]), _MAIL.sub(HIDDEN + "@" + HIDDEN, text))


def _ends(number: str) -> str:
    return f"{number[:3]}{HIDDEN}{number[-2:]}"


def masked_address(address: str) -> str:
    """Where a person is reached: the country of a telephone number, and two last signs."""
    bare = address.removeprefix("whatsapp:")
    return f"{bare[:3] if bare.startswith('+') else ''}{HIDDEN}{bare[-2:]}"
