"""Words of the pages on which editors teach: what was done, what was not and why, how models compare."""

from __future__ import annotations

from bot.web.words_of import Words, _

certainty = Words({"sure": _("sure"), "nearly": _("nearly sure"), "not": _("not sure")})
unanswered = Words({"unsure": _("Not sure"), "wrong": _("Read wrongly")})
#: What was done with what people asked and the bot did not understand, and with test questions.
taught = Words(
    {
        "taught": _("Taught. The next training knows it."),
        "missing": _("Noted as missing."),
        "dismissed": _("Set aside."),
        "removed": _("Removed."),
        "added": _("Added."),
    }
)
#: Why a sentence was not taught, or a test question not kept.
not_taught = Words(
    {
        "intent": _("Choose what is meant."),
        "language": _("Choose a language."),
        "empty": _("There are no words in it."),
        "long": _("It is too long. Shorten it to what matters."),
        "held_out": _("The models are measured with this sentence. It can never be taught."),
        "question": _("This is a test question. It can never be taught."),
        "elsewhere": _("This sentence is taught already, for another topic."),
        "known": _("This sentence is taught already."),
        "trained": _("The models are trained on this sentence. A test needs one that they have not seen."),
        "twice": _("This question is there already."),
        "name": _("Give the missing topic a name."),
    }
)
#: What is done while a model is trained; else the name of a language.
stage = Words(
    {
        "waiting": _("Waiting to begin"),
        "languages": _("Learning to tell languages apart"),
        "comparing": _("Comparing with the live model"),
        "keeping": _("Keeping the model"),
    }
)
model_state = Words(
    {
        "training": _("being trained"),
        "candidate": _("new"),
        "live": _("live"),
        "earlier": _("was live"),
        "failed": _("failed"),
        "cancelled": _("cancelled"),
        "replaced": _("replaced by a newer one"),
    }
)
trained = Words(
    {
        "started": _("The training begins."),
        "cancelled": _("The training is cancelled."),
        "live": _("It is live. The next message is read by it."),
        "back": _("The model that Homeward came with is live again."),
    }
)
#: Why a training failed, was not started, or a model did not go live.
not_trained = Words(
    {
        "going": _("A training goes on already."),
        "over": _("That training is over already."),
        "worse": _("It did not go live: something got worse."),
        "stale": _("It did not go live: another model went live since it was compared. Train again."),
        "gone": _("It did not go live: its files are not kept any more. Train again."),
        "base": _("It did not go live: it was made for another version of Homeward. Train again."),
        "failed": _("The training failed. The log of the worker says why."),
        "memory": _("The training was ended from outside; perhaps the machine has too little memory."),
        "live": _("The live model could not be fetched."),
        "lost": _("Nothing was heard of this training any more."),
    }
)
measure = Words(
    {
        "first": _("First topic right"),
        "three": _("Among the first three"),
        "served": _("Served well"),
        "urgent": _("Urgent found"),
        "wrongly": _("Answered wrongly"),
        "alarms": _("False alarms"),
    }
)
loss_kinds = Words(
    {
        "urgent": _("Urgent messages that are missed now"),
        "question": _("Test questions that fail now"),
        "failing": _("Test questions that failed before, too"),
        "worse": _("Messages that are read worse now"),
    }
)
