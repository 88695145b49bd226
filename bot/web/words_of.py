"""Words for what the store names in code: roles, risks, states, outcomes, reasons. Looked up in the reader's language when a page is made."""

from __future__ import annotations

from collections.abc import Mapping

from bot.i18n import gettext


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated when it is looked up."""
    return text


class Words:
    """A table from our codes to words; a code without words is shown as it is."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    def __getitem__(self, code: object) -> str:
        return gettext(self._words[str(code)]) if str(code) in self._words else str(code)

    def __contains__(self, code: object) -> bool:
        return str(code) in self._words

    def items(self) -> list[tuple[str, str]]:
        return [(code, self[code]) for code in self._words]


role = Words({"counsellor": _("Counsellor"), "lead": _("Lead"), "editor": _("Editor"), "approver": _("Approver"), "admin": _("Admin")})
risk = Words({"urgent": _("urgent"), "sensitive": _("sensitive"), "normal": _("normal")})
channel = Words({"telegram": "Telegram", "whatsapp": "WhatsApp", "webchat": _("web page"), "terminal": _("terminal")})
outcome = Words(
    {
        "answered": _("Answered"),
        "referred": _("Referred to an office or service"),
        "no_reply": _("The person did not write again"),
        "unreachable": _("Cannot be reached"),
        "not_for_us": _("Not for us"),
        "bot": _("Given back to the bot"),
    }
)
action = Words({"answer": _("Answered by the bot"), "clarify": _("Asked back"), "handover": _("Handed over"), "urgent": _("Urgent")})
topic = Words({"none": _("No topic recognised"), "others": _("Other topics")})  #: besides those that have answers
helped = Words({"yes": _("Yes"), "no": _("No")})
#: What became of a text that a translator sent.
taken_in = Words(
    {
        "saved": _("Saved as a draft"),
        "merged": _("Put together with what a colleague changed meanwhile"),
        "conflict": _("A colleague changed the same lines: kept beside the draft"),
        "unchanged": _("Unchanged"),
        "unknown": _("Not one of our texts"),
    }
)
file_problem = Words(
    {
        "not-xliff": _("This is no XLIFF 2 file. Ask the translator to save it as it was opened."),
        "not-po": _("This is no XLIFF 2 and no PO file."),
        "no-language": _("The file does not say its language. Was it fetched on this page?"),
        "nothing-known": _("None of our texts is in this file. Was it fetched on this page?"),
    }
)
delivery = Words({"queued": _("waiting to be sent"), "sent": _("sent"), "delivered": _("delivered"), "read": _("read"), "failed": _("not delivered")})
#: Why a reply was not delivered: our own words, and codes of Telegram and Twilio (twilio.com/docs/api/errors).
reason = Words(
    {
        "63016": _("WhatsApp refused it: more than 24 hours have passed since the person last wrote."),
        "63018": _("WhatsApp refused it: too many messages at once. Wait a minute and write again."),
        "63024": _("WhatsApp does not know this number any more."),
        "63003": _("WhatsApp does not know this number any more."),
        "21610": _("The person has told WhatsApp to stop our messages."),
        "21211": _("WhatsApp does not know this number."),
        "63013": _("WhatsApp refused the form of the message. Write it as plain text."),
        "63019": _("The file could not be fetched by WhatsApp."),
        "63021": _("WhatsApp refused the kind of file."),
        "telegram-400": _("Telegram refused the form of the message."),
        "PersonGone": _("The person has blocked us or closed the chat."),
        "Unreachable": _("The messenger did not answer for hours."),
        "Throttled": _("The messenger did not take it for hours."),
        "stopped": _("The person asked not to be written to."),
        "forgotten": _("The person asked to be forgotten."),
        "channel-not-set-up": _("This messenger is not set up here."),
        "too-large": _("The file is too large for the messenger."),
        "no-template": _("WhatsApp has not approved the message for this language yet."),
    }
)
kind = Words(
    {
        "voice": _("voice note"),
        "picture": _("picture"),
        "document": _("document"),
        "location": _("place"),
        "sticker": _("sticker"),
        "contact": _("contact"),
        "unknown_kind": _("something this page cannot show"),
    }
)
script = Words({"Arab": _("Arabic letters"), "Cyrl": _("Cyrillic letters"), "Latn": _("Latin letters"), "Zyyy": _("no letters")})
#: Why an act was not done, and what to do next.
problem = Words(
    {
        "taken": _("Another counsellor has this case. Nothing was sent."),
        "kept": _("This case is kept for a colleague who knows the person. If they do not take it, it is free for everybody in a few minutes."),
        "window": _(
            "More than 24 hours have passed since the person wrote. WhatsApp takes no free text now; nothing was sent. Send the message that opens the conversation again."
        ),
        "empty": _("Write something first."),
        "long": _("That is too long for one message. Nothing was sent; shorten it."),
        "stopped": _("The person asked not to be written to. Nothing was sent. When they write again you can answer."),
        "unsafe": _("The person said that it is not safe to write to them. Nothing was sent. When they write again you can answer."),
        "blank": _("There is a blank in braces that is not filled yet. Nothing was sent; fill it or remove it."),
        "load": _("You have as many cases as you set in your account. Close or pass on one first."),
        "off": _("You are off duty. Go on duty first."),
        "nothing": _("No case that waits fits your languages and topics now."),
        "closed": _("That case was closed in the meantime. Nothing was sent."),
        "whom": _("Choose a colleague or a team first."),
        "too-large": _("The file is too large for the messenger. Nothing was sent."),
        "unknown-file": _("This kind of file cannot be sent. Pictures, recordings, MP4 films, PDF, Word and Excel files can."),
        "no-files-here": _("This person writes on the web page, which takes no files. Nothing was sent."),
        "not-whatsapp": _("Only WhatsApp has a window; write as usual."),
        "window-open": _("The window is open; write as usual."),
        "not-safe": _("The person said that it is not safe to write to them."),
        "asked-already": _("It was sent in the last 24 hours, and the person has not answered. It may be sent once a day."),
    }
)
area = Words(
    {
        "Africa": _("Africa"),
        "America": _("America"),
        "Asia": _("Asia"),
        "Atlantic": _("Atlantic Ocean"),
        "Australia": _("Australia"),
        "Europe": _("Europe"),
        "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific Ocean"),
    }
)
#: What is wrong with the form of a team, and with one day of its week.
team_problem = Words(
    {
        "name": _("Give the team a name of up to 60 characters."),
        "taken": _("Another team has this name already."),
        "zone": _("Choose a time zone."),
        "days": _("Give a day; the last day cannot be before the first, and one holiday has at most 60 days."),
    }
)
week_problem = Words(
    {
        "half": _("A time is missing: fill in both, or empty both."),
        "unreadable": _("Write times as 09:00."),
        "reversed": _("It closes before it opens. To work past midnight, close at 00:00 and open the next day at 00:00."),
        "overlap": _("The two stretches overlap."),
    }
)
team_done = Words(
    {"team": _("The team was saved."), "hours": _("The hours were saved and hold from now on."), "holiday": _("The holidays were saved.")}
)
#: Why a file that a person sent cannot be shown.
media = Words(
    {
        "file-gone": _("The messenger does not keep this file any more."),
        "too-large": _("The file is larger than 20 megabytes. The messenger does not hand it over."),
        "messenger-away": _("The messenger does not answer now. Try again in a minute."),
        "channel-not-set-up": _("This messenger is not set up here."),
    }
)
#: Whether a recording or a picture of an answer is sent, and why one was not kept.
use = Words({"used": _("in use"), "changed": _("withheld: the text has changed since"), "none": _("none")})
recording_problem = Words(
    {
        "no-file": _("Record something or choose a file first."),
        "too-large": _("The file is larger than 20 megabytes."),
        "unknown-file": _("This file can not be read. Record again, or choose another file."),
        "not-voice": _("This is not a recording."),
        "not-picture": _("This is not a picture."),
        "long": _("A recording has at most four minutes: longer ones are not shown as a voice note."),
        "no-alt": _("Say in words what the picture shows, for people who do not see it."),
        "changed": _("The text has changed while this page was open. Nothing was saved; look at the new text first."),
    }
)
#: What the audit calls what members did; an act without words is shown by its code.
act = Words(
    {
        "signin.done": _("signed in"),
        "signin.failed": _("failed to sign in"),
        "signin.ended": _("signed out"),
        "account.changed": _("changed their own account"),
        "account.password": _("set their password"),
        "account.factor": _("set up their second step"),
        "account.no_factor": _("gave up their second step"),
        "account.codes": _("made new recovery codes"),
        "account.sessions_ended": _("ended their other sessions"),
        "member.invited": _("invited a member"),
        "member.changed": _("changed a member"),
        "member.disabled": _("disabled a member"),
        "member.enabled": _("let a member in again"),
        "member.link": _("made a link for a member"),
        "member.let_in": _("ended a lock-out"),
        "member.factor_reset": _("took a second step away"),
        "member.sessions_ended": _("signed a member out"),
        "audit.read": _("read the audit"),
        "audit.exported": _("exported the audit"),
        "case.read": _("read a case"),
        "case.took": _("took a case"),
        "case.answered": _("answered"),
        "case.closed": _("closed a case"),
        "case.passed": _("passed a case on"),
        "case.handed_on": _("handed a case over"),
        "case.reopened": _("opened a case again"),
        "case.noted": _("wrote a note"),
        "case.filed": _("changed tags or the date of a case"),
        "case.numbers": _("looked at hidden numbers"),
        "case.media": _("opened a file"),
        "case.template": _("sent the sentence that opens the window"),
        "case.translated": _("asked for a machine translation"),
        "text.inserted": _("used a saved reply or an answer"),
        "reply.made": _("made a saved reply"),
        "reply.changed": _("changed a saved reply"),
        "reply.deleted": _("deleted a saved reply"),
        "text.saved": _("wrote in a text"),
        "text.submitted": _("handed a text in"),
        "text.approved": _("approved a text"),
        "text.scheduled": _("approved a text for a later time"),
        "text.published": _("approved a text, which was published at its time"),
        "text.sent_back": _("gave a text back"),
        "text.discarded": _("threw a draft away"),
        "text.rolled_back": _("published an earlier version again"),
        "text.restored": _("took up an earlier draft"),
        "text.commented": _("remarked on a text"),
        "text.settled": _("settled a remark"),
        "fact.made": _("made a fact"),
        "fact.changed": _("changed a fact"),
        "fact.checked": _("checked a fact"),
        "fact.deleted": _("deleted a fact"),
        "contact.made": _("made a contact"),
        "contact.proposed": _("proposed a change of a contact"),
        "contact.published": _("published a change of a contact"),
        "contact.dropped": _("dropped a change of a contact"),
        "contact.rolled_back": _("rolled a contact back"),
        "contact.kept": _("changed the owner or review date of a contact"),
        "contact.checked": _("checked a contact"),
        "answer.voice": _("recorded an answer"),
        "answer.picture": _("gave an answer a picture"),
        "answer.confirmed": _("said that a picture is still right"),
        "answer.removed": _("removed a recording or a picture"),
        "team.changed": _("changed a team or its hours"),
        "figures.exported": _("exported the figures"),
        "texts.exported": _("fetched texts for a translator"),
        "texts.imported": _("took in what a translator sent"),
        "sentence.taught": _("taught a sentence"),
        "sentence.removed": _("took a taught sentence back"),
        "unanswered.dismissed": _("set messages aside that were not understood"),
        "topic.missed": _("noted a missing topic"),
        "topic.removed": _("removed a missing topic"),
        "question.added": _("added a test question"),
        "question.removed": _("removed a test question"),
        "model.trained": _("started a training"),
        "model.cancelled": _("cancelled a training"),
        "model.live": _("let a model go live"),
        "model.back": _("went back to an earlier model"),
        "duty.began": _("went on duty"),
        "duty.ended": _("went off duty"),
    }
)
