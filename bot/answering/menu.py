"""What can be chosen: the themes and their topics, the languages, the countries. Ids only; labels come later, in any language."""

from __future__ import annotations

from nlu import LANGUAGES

THEMES: dict[str, tuple[str, ...]] = {
    "return": (
        "return_overview",
        "return_eligibility",
        "return_apply",
        "return_cost",
        "return_money",
        "processing_time",
        "case_status",
        "return_withdraw",
    ),
    "arrival": ("reintegration_support", "reintegration_work", "reintegration_plan"),
    "papers": ("travel_documents", "flight_booking", "airport_assistance", "flight_disruption", "before_departure"),
    "stay": ("asylum_impact", "reentry", "stay_options", "destination_safety", "deportation", "resettlement", "orientation_training"),
    "family": ("family_children", "family_reunification", "missing_person", "health_travel", "health_services"),
    "work": ("job_offer_check", "passport_taken", "wages_withheld", "debt_bondage", "trafficking_info"),
    "help": (
        "immediate_danger",
        "forced_labour",
        "sexual_exploitation",
        "domestic_violence",
        "child_at_risk",
        "self_harm",
        "medical_emergency",
        "victim_support",
        "report_trafficking",
    ),
    "service": ("contact_office", "talk_to_human", "privacy", "fraud_report", "complaint", "delete_data", "change_language", "bot_identity"),
}

#: Where people who write to us are; the first page holds those for which answers differ. Any country can also be typed.
COUNTRIES: tuple[tuple[str, ...], ...] = (
    ("DE", "GR", "XK", "RS", "TJ", "TR", "RU", "IQ"),
    ("AT", "FR", "IT", "AL", "UZ", "AF", "SY", "IR"),
)

#: Where people who write to us go back to; the first page holds those for which answers differ.
HOMES: tuple[tuple[str, ...], ...] = (
    ("IQ", "AF", "SY", "AL", "RS", "TR", "UZ", "TJ"),
    ("XK", "IR", "RU", "GE", "MD", "PK", "BD", "MA"),
)

PAGE = 10  #: choices that one list of WhatsApp takes


def menu() -> tuple[str, ...]:
    return (*(f"theme:{theme}" for theme in THEMES), "person", "language")


def topics(theme: str) -> tuple[str, ...]:
    return (*(f"answer:{intent}" for intent in THEMES[theme]), "menu")


def languages(page: int = 0) -> tuple[str, ...]:
    """Thirteen names do not fit one list: two pages."""
    first, rest = LANGUAGES[: PAGE - 1], LANGUAGES[PAGE - 1 :]
    return tuple(f"lang:{code}" for code in (first if page == 0 else rest)) + (("lang:more",) if page == 0 else ("menu",))


def countries(page: int = 0) -> tuple[str, ...]:
    listed = tuple(f"country:{code}" for code in COUNTRIES[page])
    return (*listed, "country:more", "country:other") if page == 0 else (*listed, "country:other")


def homes(page: int = 0) -> tuple[str, ...]:
    listed = tuple(f"home:{code}" for code in HOMES[page])
    return (*listed, "home:more", "home:other") if page == 0 else (*listed, "home:other")
