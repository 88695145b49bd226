"""Words for what contacts and facts are made of, and for what is wrong with them."""

from __future__ import annotations

from bot.answers.contact_history import Value
from bot.i18n import country, gettext, name_in, reader_language
from bot.web.words_of import Words


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated when it is looked up."""
    return text


kind = Words({"emergency": _("Emergency number"), "hotline": _("Hotline"), "office": _("Office"), "portal": _("Web page")})
show = Words({"live": _("Shown to people"), "confirm-first": _("Not shown: to be confirmed first"), "never": _("Never shown")})
confidence = Words(
    {
        "verified-from-source": _("A source says so"),
        "from-seed": _("A document of the project says so"),
        "general-knowledge-unverified": _("Nobody has confirmed it"),
    }
)
topic = Words(
    {
        "emergency": _("Emergency"),
        "women": _("Women"),
        "trafficking": _("Trafficking"),
        "children": _("Children"),
        "suicide": _("Suicide"),
        "tracing": _("Missing relatives"),
        "return": _("Return"),
        "complaint": _("Complaints"),
        "work": _("Work"),
        "help": _("Help"),
    }
)
free = Words({"yes": _("Yes"), "no": _("No"), "unknown": _("Not known")})
state = Words(
    {
        "proposed": _("Waits for somebody else"),
        "published": _("Published"),
        "replaced": _("Replaced by a later one"),
        "dropped": _("Dropped"),
    }
)
_fields = Words(
    {
        "kind": _("Kind"),
        "country": _("Country"),
        "topics": _("Topics"),
        "phones": _("Telephone numbers"),
        "hours": _("Hours"),
        "languages": _("Languages spoken there"),
        "free": _("Free of charge"),
        "url": _("Web address"),
        "postal": _("Address"),
        "latitude": _("Latitude"),
        "longitude": _("Longitude"),
        "show": _("Shown"),
        "source": _("Source"),
        "as_of": _("As of"),
        "confidence": _("How sure it is"),
        "secondary": _("The source is only a list, a report or a mention in passing"),
        "says": _("What it says"),
        "sources": _("Sources"),
        "review_by": _("To be checked again by"),
        "owner_id": _("Owner"),
    }
)
#: What is wrong with one field, and what to do.
problem = Words(
    {
        "choose": _("Choose one of the list."),
        "country": _("Choose a country."),
        "phone": _("At most eight numbers, one on each line, of digits, spaces and a plus in front."),
        "url": _("A web address begins with http:// or https://."),
        "long": _("This is too long."),
        "position": _("Give latitude and longitude in degrees, such as 42.66 and 21.17, or leave both empty."),
        "name": _("The English name is needed."),
        "confirm-source": _("Name the source that confirms it."),
        "confirm-day": _("Give the day on which it was confirmed, such as 2026-11-28."),
        "confirm-who": _("Say who confirmed it: an office or a function, no name of a person."),
        "id": _("An id is made of small letters, digits and _, begins with a letter and has at least three signs."),
        "taken": _("This id is taken."),
        "says": _("Say in one or two sentences what is known, in at most 1,000 characters."),
        "sources": _("At most twenty sources, one on each line."),
        "no-day": _("Give a day."),
        "past": _("The day must be in the future."),
        "far": _("At most two years ahead."),
    }
)
#: Why an act was not done, and what to do next.
stopped = Words(
    {
        "nothing-new": _("Nothing is different from what people see now."),
        "problems": _("Something must be mended first."),
        "unconfirmed": _(
            "Nobody has confirmed this contact, so it cannot be shown. Confirm it below: by which source, on which day, and who did it."
        ),
        "own-work": _("You wrote this yourself. Somebody else must publish it."),
        "changed": _("Something has changed since you opened the page. Look at it again."),
        "not-yours": _("Only who proposed it, or an approver, can drop it."),
        "used": _("Texts carry this fact. Take it out of them first."),
    }
)
done = Words(
    {
        "saved": _("Saved. It holds from now on."),
        "checked": _("Checked. People are told it until the new review date."),
        "proposed": _("Kept. Somebody else must publish it before people see it."),
        "published": _("Published. People see it from now on."),
        "dropped": _("Dropped. It stays in the history."),
        "restored": _("Rolled back. People see the earlier state from now on."),
        "deleted": _("Deleted."),
    }
)


def field(key: str) -> str:
    """What a field is called."""
    if key.startswith("name:"):
        return gettext("Name in %(language)s") % {"language": name_in(reader_language(), key.removeprefix("name:"))}
    return _fields[key]


def area(code: str) -> str:
    """A country, or several."""
    return gettext("Several countries") if code == "INT" else country(code, reader_language())


def value(key: str, found: Value) -> str:
    """What a field holds, for reading."""
    words = {"kind": kind, "show": show, "confidence": confidence}
    if key in words:
        return words[key][found]
    if key == "country":
        return area(str(found))
    if key == "free":
        return free["unknown" if found is None else "yes" if found else "no"]
    if key == "topics" and isinstance(found, tuple):
        return ", ".join(topic[one] for one in found)
    if isinstance(found, bool):
        return free["yes" if found else "no"]
    return ", ".join(found) if isinstance(found, tuple) else "" if found is None else str(found)
