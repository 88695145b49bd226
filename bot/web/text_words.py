"""Words for what the pages of the texts name in code: where a text stands, what was done with it, why a step was not taken."""

from __future__ import annotations

from bot.web.words_of import Words, _

#: Where a text stands in one language, each with a sign that needs no colour.
state = Words(
    {
        "missing": _("missing"),
        "draft": _("draft"),
        "in_review": _("in review"),
        "scheduled": _("scheduled"),
        "published": _("published"),
        "outdated": _("outdated"),
        "review_due": _("review due"),
        "withheld": _("facts withheld"),
        "machine": _("machine-written"),
        "comments": _("remarks"),
    }
)
SIGNS = {
    "missing": "○",
    "draft": "✎",
    "in_review": "◐",
    "scheduled": "◷",
    "published": "●",
    "outdated": "↻",
    "review_due": "!",
    "withheld": "∅",
    "machine": "⚙",
    "comments": "…",
}
kind = Words({"answer": _("Answers"), "phrase": _("Phrases")})
#: What was done with a text.
said = Words(
    {
        "saved": _("Saved."),
        "same": _("Nothing has changed, so nothing was saved."),
        "merged": _("A colleague saved meanwhile. Both changes are in the text now; look at it before you go on."),
        "submitted": _("Handed in. Somebody else looks at it and publishes it."),
        "back": _("Given back to be changed."),
        "discarded": _("The draft was thrown away. What was written can be taken up again in the history."),
        "published": _("Published. People read it from now on."),
        "scheduled": _("Approved. It will be published at its time."),
        "rolled": _("The earlier version is published again."),
        "brought-in": _("What was published since is in the draft now. Look at it before you go on."),
        "restored": _("Taken up again: it is the draft now."),
        "remarked": _("The remark was kept."),
        "settled": _("The remark is settled."),
    }
)
#: Why a step with a text was not taken, and what to do next.
problem = Words(
    {
        "no-draft": _("There is no draft any more: somebody has published it or thrown it away."),
        "changed": _("The draft has changed since this page was opened. Look at it again."),
        "overtaken": _("Another version was published since this draft was begun. Bring it into the draft first."),
        "side-by-side": _("Both changed the same lines. What was published is shown below: put into the form what should stay, and save."),
        "own-work": _("You have written in this text. Somebody else must approve it."),
        "problems": _("Not possible yet: something must be mended first. It is named below."),
        "differences": _("The languages say different things. Mend it, or say why it is right."),
        "questions": _("Some test questions do not lead to this answer. Mend it, or say why it is right."),
        "nothing-new": _("This version is published already."),
        "conflict": _(
            "A colleague changed the same lines while you wrote. Your text is kept and stands in the form; what they changed is shown below. Save again to put your text on top of theirs."
        ),
        "twice": _("Not saved: the text has two parts for one country. Put them together."),
        "past": _("This time has passed. Choose a later one, or publish at once."),
        "date": _("Choose a day and a time."),
        "empty-remark": _("Write something first."),
    }
)
#: In what two languages differ.
difference = Words(
    {
        "section": _("part"),
        "number": _("number"),
        "amount": _("amount"),
        "date": _("date"),
        "phone": _("telephone number"),
        "link": _("link"),
        "place": _("open place"),
        "fact": _("fact"),
        "name": _("name"),
        "negation": _("negation or limit"),
    }
)
#: How easily a text is read.
reading = Words(
    {
        "level_easy": _("Easy to read."),
        "level_medium": _("Not quite easy to read."),
        "level_hard": _("Hard to read: shorter sentences and words help."),
    }
)
