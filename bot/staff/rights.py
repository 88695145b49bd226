"""Who may do what: one table. A page without a line in it cannot be reached, and a test holds that none exists."""

from __future__ import annotations

from bot.staff.models import Role

_DESK = frozenset({Role.COUNSELLOR, Role.LEAD, Role.ADMIN})
_KEEPERS = frozenset({Role.LEAD, Role.ADMIN})  #: of the saved replies
_ALL = frozenset(Role)

RIGHTS: dict[str, frozenset[Role]] = {
    "GET /staff": _ALL,
    "GET /staff/events": _DESK,
    "GET /staff/cases/{case_id}": _DESK,
    "GET /staff/cases/{case_id}/texts": _DESK,
    "POST /staff/cases/{case_id}/texts": _DESK,
    "POST /staff/cases/{case_id}/translate": _DESK,
    "POST /staff/cases/{case_id}/take": _DESK,
    "POST /staff/cases/{case_id}/reply": _DESK,
    "POST /staff/cases/{case_id}/give-back": _DESK,
    "GET /staff/replies": _DESK,
    "GET /staff/replies/new": _KEEPERS,
    "POST /staff/replies/new": _KEEPERS,
    "GET /staff/replies/{name}": _DESK,
    "POST /staff/replies/{name}": _KEEPERS,
    "POST /staff/replies/{name}/delete": _KEEPERS,
    "POST /staff/sign-out": _ALL,
}

#: Pages for somebody who is not signed in.
OPEN = frozenset({"GET /staff/sign-in/{token}", "POST /staff/sign-in/{token}"})


def may(role: Role, line: str) -> bool:
    """Whether a role may ask for the page of this line."""
    return role in RIGHTS.get(line, frozenset())
