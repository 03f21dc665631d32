"""KRunner: org.kde.krunner1, as kf5_org.kde.krunner1.xml and its successor for KDE Frameworks 6 describe it."""

from __future__ import annotations

from typing import Annotated, Any

from dbus_fast import Variant
from dbus_fast.annotations import DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method

from core.desktop_search.activation import Activation
from core.desktop_search.matches import Match, Matches
from core.errors import BadInputError
from core.links import Link, parse_link
from core.messages import tr

NAME, PATH = "org.kde.krunner1", "/org/findling/Findling/Runner"
RUNNER_MIN_LETTERS = 3
MAX_PASSAGE = 48  # characters: KRunner leaves out the middle of what does not fit in its line
POSSIBLE_MATCH = 30  # of Plasma::QueryMatch::Type; a program of that name and a sum come first

Facts = Annotated[dict[str, Variant], DBusSignature("a{sv}")]
ActionList = Annotated[list[list[str]], DBusSignature("a(sss)")]
Found = Annotated[list[list[Any]], DBusSignature("a(sssida{sv})")]
Nothing = Annotated[None, DBusSignature("")]


class KRunnerProvider(ServiceInterface):
    """Results are named by their links; the actions are what Findling can do with a document besides opening it."""

    def __init__(self, matches: Matches, activation: Activation) -> None:
        super().__init__(NAME)
        self._matches, self._activation = matches, activation
        self._token = ""

    @dbus_method()
    async def Match(self, query: DBusStr) -> Found:  # noqa: N802
        return [_found(match) for match in await self._matches.find(query.strip())]

    @dbus_method()
    def Actions(self) -> ActionList:  # noqa: N802
        return [["similar", tr("Find similar documents"), "edit-find"]]

    @dbus_method()
    def Run(self, match_id: DBusStr, action_id: DBusStr) -> Nothing:  # noqa: N802
        token, self._token = self._token, ""
        try:
            link = parse_link(match_id)
        except BadInputError:
            return
        if action_id == "similar":
            link = Link("similar", link.path)
        self._activation.open(link, token=token)

    @dbus_method()
    def SetActivationToken(self, token: DBusStr) -> Nothing:  # noqa: N802
        self._token = token

    @dbus_method()
    def Config(self) -> Facts:  # noqa: N802
        return {"MinLetterCount": Variant("i", RUNNER_MIN_LETTERS)}

    @dbus_method()
    def Teardown(self) -> Nothing:  # noqa: N802
        self._matches.seen = {}


def _found(match: Match) -> list[Any]:
    facts = {
        "subtext": Variant("s", match.description(MAX_PASSAGE)),
        "urls": Variant("as", []),
        "category": Variant("s", "Findling"),
        "actions": Variant("as", ["similar"]),
    }
    return [match.id, match.title, match.icon, POSSIBLE_MATCH, match.relevance, facts]
