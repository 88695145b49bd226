"""Every error we raise on purpose.

HomewardError
├── SendError             a messenger did not take a reply
│   ├── Unreachable       no answer, or 5xx              try again
│   ├── Throttled         too fast; knows how long        try again after `wait`
│   ├── Refused           they will never take this       give up, show the counsellor
│   └── PersonGone        blocked us or closed the chat   give up, quietly
├── ContentError          a file in content/ is wrong     refuse to start
├── SettingsError         a setting is missing or wrong   refuse to start
├── SignInRefused         the sign-in service's word is not good enough   a page that says why
└── NotAllowed            a member of staff may not       404: what one may not see is not found
"""

from __future__ import annotations

from datetime import timedelta


class HomewardError(Exception):
    """Something went wrong in Homeward."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class SendError(HomewardError):
    """A messenger did not take a reply."""

    retry = False
    wait = timedelta(0)


class Unreachable(SendError):
    """The messenger does not answer; trying again will help."""

    retry = True


class Throttled(SendError):
    """The messenger asks us to slow down."""

    retry = True

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait


class Refused(SendError):
    """The messenger will never take this reply. `code` is the messenger's own, shown to the counsellor."""

    def __init__(self, code: str) -> None:
        super().__init__(f"refused: {code}")
        self.code = code


class PersonGone(SendError):
    """The person blocked us or closed the chat."""


class ContentError(HomewardError):
    """A file in content/ is wrong; mend it and start again."""


class SettingsError(HomewardError):
    """A setting is missing or wrong; mend it and start again."""


class SignInRefused(HomewardError):
    """The organisation's sign-in service did not vouch for a member. `code` is ours, put into words by the page."""

    def __init__(self, code: str) -> None:
        super().__init__(f"refused: {code}")
        self.code = code


class NotAllowed(HomewardError):
    """This member of staff may not do this."""
