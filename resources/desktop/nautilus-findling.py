"""Findling in the context menu of Nautilus (GNOME Files), by nautilus-python; runs in the process of Nautilus."""

import locale
import subprocess

from gi.repository import GObject, Nautilus

TEXTS = {
    "de": ("Ähnliche finden", "Warum wird das nicht gefunden?", "Hier suchen"),
    "zh": ("查找相似文档", "为什么找不到它？", "在此处搜索"),
}
ENGLISH = ("Find Similar", "Why Isn’t This Found?", "Search Here")


def _texts():
    language = (locale.getlocale(locale.LC_MESSAGES)[0] or "").partition("_")[0]
    return TEXTS.get(language, ENGLISH)


def _open(_item, option, uri):
    subprocess.Popen(["findling", "open", option, uri], stdin=subprocess.DEVNULL, start_new_session=True)


class FindlingMenu(GObject.GObject, Nautilus.MenuProvider):
    """Offers what Findling can do with one local file or folder."""

    def get_file_items(self, *arguments):
        """Items for what is selected; Nautilus 43 and later pass the files only, older ones a window before them."""
        files = arguments[-1]
        if len(files) != 1:
            return []
        return self._items(files[0])

    def get_background_items(self, *arguments):
        """Items for the folder that is shown."""
        return self._items(arguments[-1])

    def _items(self, file):
        uri = file.get_uri()
        if not uri.startswith("file://"):
            return []
        similar, why, here = _texts()
        if file.is_directory():
            return [self._item("in", here, uri)]
        return [self._item("similar", similar, uri), self._item("why", why, uri)]

    def _item(self, option, text, uri):
        item = Nautilus.MenuItem(name=f"Findling::{option}", label=f"Findling: {text}", icon="org.findling.Findling")
        item.connect("activate", _open, f"--{option}", uri)
        return item
