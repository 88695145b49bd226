"""Who may do what: one table. A page without a line in it cannot be reached, and a test holds that none exists."""

from __future__ import annotations

from bot.staff.models import Role

_DESK = frozenset({Role.COUNSELLOR, Role.LEAD, Role.ADMIN})
_ADMIN = frozenset({Role.ADMIN})
_EDITORS = frozenset({Role.EDITOR, Role.APPROVER, Role.ADMIN})
_APPROVERS = frozenset({Role.APPROVER, Role.ADMIN})
_ALL = frozenset(Role)

#: Who may act in a colleague's case: hand it on, close it, when the colleague is not there.
SUPERVISORS = frozenset({Role.LEAD, Role.ADMIN})

RIGHTS: dict[str, frozenset[Role]] = {
    "GET /staff": _ALL,
    "GET /staff/events": _DESK,
    "GET /staff/cases/{case_id}": _DESK,
    "GET /staff/alarms": _DESK,
    "POST /staff/duty": _DESK,
    "POST /staff/next": _DESK,
    "GET /staff/cases/{case_id}/media/{message_id}": _DESK,
    "POST /staff/cases/{case_id}/take": _DESK,
    "POST /staff/cases/{case_id}/reply": _DESK,
    "POST /staff/cases/{case_id}/template": _DESK,
    "POST /staff/cases/{case_id}/draft": _DESK,
    "POST /staff/cases/{case_id}/notes": _DESK,
    "POST /staff/cases/{case_id}/filing": _DESK,
    "POST /staff/cases/{case_id}/numbers": _DESK,
    "POST /staff/cases/{case_id}/pass": _DESK,
    "POST /staff/cases/{case_id}/hand": _DESK,
    "POST /staff/cases/{case_id}/close": _DESK,
    "POST /staff/cases/{case_id}/reopen": _DESK,
    "GET /staff/teams": SUPERVISORS,
    "POST /staff/teams": SUPERVISORS,
    "GET /staff/teams/{team_id}": SUPERVISORS,
    "POST /staff/teams/{team_id}": SUPERVISORS,
    "POST /staff/teams/{team_id}/hours": SUPERVISORS,
    "POST /staff/teams/{team_id}/holidays": SUPERVISORS,
    "POST /staff/teams/{team_id}/holidays/remove": SUPERVISORS,
    "GET /staff/teams/{team_id}/delete": SUPERVISORS,
    "POST /staff/teams/{team_id}/delete": SUPERVISORS,
    "GET /staff/floor": SUPERVISORS,
    "GET /staff/figures": SUPERVISORS,
    "GET /staff/figures.csv": SUPERVISORS,
    "GET /staff/cases/{case_id}/texts": _DESK,
    "POST /staff/cases/{case_id}/texts": _DESK,
    "POST /staff/cases/{case_id}/translate": _DESK,
    "GET /staff/replies": _DESK,
    "GET /staff/replies/new": SUPERVISORS,
    "POST /staff/replies/new": SUPERVISORS,
    "GET /staff/replies/{name}": _DESK,
    "POST /staff/replies/{name}": SUPERVISORS,
    "POST /staff/replies/{name}/delete": SUPERVISORS,
    "GET /staff/answers/{intent}/media": _EDITORS,
    "GET /staff/answers/{intent}/{language}/media": _EDITORS,
    "POST /staff/answers/{intent}/{language}/media": _EDITORS,
    "GET /staff/answers/{intent}/{language}/media/{media_id}": _EDITORS,
    "POST /staff/answers/{intent}/{language}/media/{media_id}/confirm": _EDITORS,
    "POST /staff/answers/{intent}/{language}/media/{media_id}/remove": _EDITORS,
    "GET /staff/way": _EDITORS,
    "GET /staff/way/{language}.png": _EDITORS,
    "GET /staff/texts/exchange": _EDITORS,
    "POST /staff/texts/exchange": _EDITORS,
    "GET /staff/texts/exchange/file": _EDITORS,
    "GET /staff/texts": _EDITORS,
    "GET /staff/texts/events": _EDITORS,
    "GET /staff/texts/review": _EDITORS,
    "POST /staff/texts/preview": _EDITORS,
    "GET /staff/texts/{kind}/{slug}/{language}": _EDITORS,
    "POST /staff/texts/{kind}/{slug}/{language}": _EDITORS,
    "GET /staff/texts/{kind}/{slug}/{language}/review": _EDITORS,
    "POST /staff/texts/{kind}/{slug}/{language}/submit": _EDITORS,
    "POST /staff/texts/{kind}/{slug}/{language}/approve": _APPROVERS,
    "POST /staff/texts/{kind}/{slug}/{language}/back": _EDITORS,
    "POST /staff/texts/{kind}/{slug}/{language}/discard": _EDITORS,
    "GET /staff/texts/{kind}/{slug}/{language}/history": _EDITORS,
    "POST /staff/texts/{kind}/{slug}/{language}/rollback": _APPROVERS,
    "POST /staff/texts/{kind}/{slug}/{language}/restore": _EDITORS,
    "POST /staff/texts/{kind}/{slug}/{language}/comments": _EDITORS,
    "POST /staff/texts/{kind}/{slug}/{language}/settle": _EDITORS,
    "GET /staff/facts": _EDITORS,
    "GET /staff/facts/new": _EDITORS,
    "POST /staff/facts/new": _EDITORS,
    "GET /staff/facts/{fact_id}": _EDITORS,
    "POST /staff/facts/{fact_id}": _EDITORS,
    "POST /staff/facts/{fact_id}/check": _EDITORS,
    "POST /staff/facts/{fact_id}/delete": _EDITORS,
    "GET /staff/contacts": _EDITORS,
    "GET /staff/contacts/new": _EDITORS,
    "POST /staff/contacts/new": _EDITORS,
    "GET /staff/contacts/{contact_id}": _EDITORS,
    "POST /staff/contacts/{contact_id}": _EDITORS,
    "POST /staff/contacts/{contact_id}/keep": _EDITORS,
    "POST /staff/contacts/{contact_id}/check": _EDITORS,
    "GET /staff/contacts/{contact_id}/changes": _EDITORS,
    "GET /staff/contacts/{contact_id}/changes/{change_id}": _EDITORS,
    "POST /staff/contacts/{contact_id}/changes/{change_id}/publish": _APPROVERS,
    "POST /staff/contacts/{contact_id}/changes/{change_id}/drop": _EDITORS,
    "POST /staff/contacts/{contact_id}/changes/{change_id}/restore": _APPROVERS,
    "POST /staff/sign-out": _ALL,
    "GET /staff/account": _ALL,
    "POST /staff/account": _ALL,
    "POST /staff/account/password": _ALL,
    "POST /staff/account/recovery-codes": _ALL,
    "POST /staff/account/no-second-factor": _ALL,
    "POST /staff/account/end-sessions": _ALL,
    "GET /staff/unanswered": _EDITORS,
    "POST /staff/unanswered": _EDITORS,
    "GET /staff/unanswered/missing": _EDITORS,
    "POST /staff/unanswered/missing/{topic_id}/remove": _EDITORS,
    "GET /staff/taught": _EDITORS,
    "POST /staff/taught": _EDITORS,
    "POST /staff/taught/{sentence_id}/remove": _EDITORS,
    "GET /staff/questions": _EDITORS,
    "GET /staff/questions/{intent}": _EDITORS,
    "POST /staff/questions/{intent}": _EDITORS,
    "POST /staff/questions/{intent}/remove": _EDITORS,
    "GET /staff/training": _EDITORS,
    "GET /staff/training/events": _EDITORS,
    "POST /staff/training": _EDITORS,
    "GET /staff/training/{model_id}": _EDITORS,
    "POST /staff/training/{model_id}/cancel": _EDITORS,
    "POST /staff/training/{model_id}/live": _APPROVERS,
    "POST /staff/training/base": _APPROVERS,
    "GET /staff/members": _ADMIN,
    "POST /staff/members": _ADMIN,
    "GET /staff/members/{member_id}": _ADMIN,
    "POST /staff/members/{member_id}": _ADMIN,
    "POST /staff/members/{member_id}/disable": _ADMIN,
    "POST /staff/members/{member_id}/enable": _ADMIN,
    "POST /staff/members/{member_id}/link": _ADMIN,
    "POST /staff/members/{member_id}/let-in": _ADMIN,
    "POST /staff/members/{member_id}/reset-second-factor": _ADMIN,
    "POST /staff/members/{member_id}/end-sessions": _ADMIN,
    "GET /staff/audit": _ADMIN,
    "GET /staff/audit.csv": _ADMIN,
}

#: Pages for somebody who is not signed in, or only with the password so far; each looks for itself who is there.
OPEN = frozenset(
    {
        "GET /staff/sign-in",
        "POST /staff/sign-in",
        "GET /staff/sign-in/oidc",
        "GET /staff/sign-in/oidc/callback",
        "GET /staff/sign-in/{token}",
        "POST /staff/sign-in/{token}",
        "GET /staff/second-factor",
        "POST /staff/second-factor",
        "GET /staff/second-factor/new",
        "POST /staff/second-factor/new",
    }
)

#: What an open page asks for without its reader: it keeps nobody signed in (nor does any GET by a script, which browsers name as such).
BY_THEMSELVES = frozenset({"GET /staff/events", "GET /staff/texts/events"})
BY_THEMSELVES = frozenset({"GET /staff/events", "GET /staff/training/events"})


def may(role: Role, line: str) -> bool:
    """Whether a role may ask for the page of this line."""
    return role in RIGHTS.get(line, frozenset())
