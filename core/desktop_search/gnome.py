"""GNOME Shell's overview: org.gnome.Shell.SearchProvider2, as org.gnome.ShellSearchProvider2.xml describes it."""

from __future__ import annotations

from typing import Annotated, Any

from dbus_fast import Variant
from dbus_fast.annotations import DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method

from core.desktop_search.activation import Activation
from core.desktop_search.matches import Match, Matches, kept
from core.errors import BadInputError
from core.links import Link, parse_link

NAME, PATH = "org.gnome.Shell.SearchProvider2", "/org/findling/Findling/SearchProvider"
Texts = Annotated[list[str], DBusSignature("as")]
Metas = Annotated[list[dict[str, Variant]], DBusSignature("aa{sv}")]

Nothing = Annotated[None, DBusSignature("")]


class GnomeSearchProvider(ServiceInterface):
    """Results are named by their links; the terms are what is typed, word by word."""

    def __init__(self, matches: Matches, activation: Activation) -> None:
        super().__init__(NAME)
        self._matches, self._activation = matches, activation

    @dbus_method()
    async def GetInitialResultSet(self, terms: Texts) -> Texts:  # noqa: N802
        return [match.id for match in await self._matches.find(" ".join(terms))]

    @dbus_method()
    async def GetSubsearchResultSet(self, previous_results: Texts, terms: Texts) -> Texts:  # noqa: ARG002, N802
        # Words may end otherwise than they began, so what is typed now may find what was not among the results before.
        return [match.id for match in await self._matches.find(" ".join(terms))]

    @dbus_method()
    def GetResultMetas(self, identifiers: Texts) -> Metas:  # noqa: N802
        return [_meta(match) for match in map(self._match, identifiers) if match is not None]

    @dbus_method()
    def ActivateResult(self, identifier: DBusStr, terms: Texts, timestamp: DBusUInt32) -> Nothing:  # noqa: ARG002, N802
        match = self._match(identifier)
        if match is not None:
            self._activation.open(match.link, timestamp=timestamp)

    @dbus_method()
    def LaunchSearch(self, terms: Texts, timestamp: DBusUInt32) -> Nothing:  # noqa: N802
        self._activation.open(Link("search", query=" ".join(terms)), timestamp=timestamp)

    def _match(self, identifier: str) -> Match | None:
        try:
            return self._matches.seen.get(identifier) or kept(parse_link(identifier))
        except BadInputError:
            return None


def _meta(match: Match) -> dict[str, Any]:
    return {
        "id": Variant("s", match.id),
        "name": Variant("s", match.title),
        "description": Variant("s", match.description()),
        "icon": Variant("(sv)", ["themed", Variant("as", [match.icon])]),  # as g_icon_serialize has it
    }
