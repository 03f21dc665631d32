"""Parts of a desktop as real programs of a test's own: X server, window manager, panel with a tray, session bus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCREEN = "1400x900x24"
PANEL = """
panel_items = S
panel_size = 100% 36
panel_position = bottom center horizontal
panel_dock = 0
wm_menu = 1
systray_padding = 6 4 4
systray_sort = ascending
systray_icon_size = 24
"""


@contextmanager
def ended(process: subprocess.Popen[Any]) -> Iterator[subprocess.Popen[Any]]:
    """End a process when its test ends."""
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def x_server(screen: str = SCREEN) -> Iterator[str]:
    """The name of a new X server's display."""
    read, write = os.pipe()
    # Without -noreset the server starts anew when its last client leaves, and refuses who comes meanwhile.
    command = ["Xvfb", "-noreset", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with ended(server), os.fdopen(read) as reply:
        yield f":{reply.readline().strip()}"


@contextmanager
def window_manager(display: str) -> Iterator[None]:
    """An openbox; returns once it manages the display."""
    from Xlib.display import Display

    process = subprocess.Popen(
        ["openbox", "--sm-disable"], env=os.environ | {"DISPLAY": display}, stderr=subprocess.DEVNULL
    )
    with ended(process):
        connection = Display(display)
        check = connection.intern_atom("_NET_SUPPORTING_WM_CHECK")
        wait_until(lambda: connection.screen().root.get_full_property(check, 0) is not None, "a window manager")
        connection.close()
        yield


@contextmanager
def tray_host(display: str, folder: Path) -> Iterator[None]:
    """A tint2 panel with a tray at the lower edge; returns once the tray is there."""
    from Xlib.display import Display

    settings = folder / "tint2rc"
    settings.write_text(PANEL, encoding="ascii")
    process = subprocess.Popen(
        ["tint2", "-c", str(settings)],
        env=os.environ | {"DISPLAY": display},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with ended(process):
        connection = Display(display)
        selection = connection.intern_atom("_NET_SYSTEM_TRAY_S0")
        wait_until(lambda: bool(connection.get_selection_owner(selection)), "a tray")
        connection.close()
        yield


@contextmanager
def session_bus() -> Iterator[str]:
    """The address of a new session bus."""
    process = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True
    )
    with ended(process):
        assert process.stdout is not None
        yield process.stdout.readline().strip()


class FakeProgram:
    """A program of `tests/fakes` that takes lines and answers with lines of JSON."""

    def __init__(self, module: str, *options: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"tests.fakes.{module}", *options],
            cwd=ROOT, env=os.environ | variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def line(self) -> dict[str, Any]:
        """The next thing it says."""
        assert self.process.stdout is not None
        said: dict[str, Any] = json.loads(self.process.stdout.readline())
        return said

    def tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()


@contextmanager
def fake_program(module: str, *options: str, **variables: str) -> Iterator[FakeProgram]:
    program = FakeProgram(module, *options, **variables)
    with ended(program.process):
        assert program.line() == {"ready": True}
        yield program


def press(display: str, keys: str) -> None:
    """Press and release keys, as "ctrl+alt+space"."""
    xdotool(display, "key", keys)


def xdotool(display: str, *arguments: str) -> str:
    """The output of xdotool, which drives keys and pointer from outside of the program."""
    environment = os.environ | {"DISPLAY": display}
    done = subprocess.run(["xdotool", *arguments], env=environment, check=False, capture_output=True, text=True)
    return done.stdout.strip()


def wait_until(condition: Any, what: str, most: int = 2400) -> None:
    """Wait for another program; raises AssertionError after so many looks, a tenth of a second apart.

    Most looks ask another program, so that they take longer where the one that is waited for has to wait, too.
    """
    for _ in range(most):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"looked {most} times for {what}")


def takes_keys(display: str) -> bool:
    """Whether a program has grabbed the keyboard, as Qt does for a menu or a list a moment after it is shown."""
    from Xlib import X

    with _held_server(display) as server:
        status = server.screen().root.grab_keyboard(True, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        if status == X.GrabSuccess:
            server.ungrab_keyboard(X.CurrentTime)
    return bool(status == X.AlreadyGrabbed)


def has_hotkey(display: str, keysym: str) -> bool:
    """Whether a program has grabbed Ctrl+Alt and this key."""
    from Xlib import XK, X
    from Xlib.error import BadAccess, CatchError

    with _held_server(display) as server:
        root, refused = server.screen().root, CatchError(BadAccess)
        keys = server.keysym_to_keycode(XK.string_to_keysym(keysym)), X.ControlMask | X.Mod1Mask
        root.grab_key(*keys, False, X.GrabModeAsync, X.GrabModeAsync, onerror=refused)
        server.sync()
        if refused.get_error() is None:
            root.ungrab_key(*keys)
    return refused.get_error() is not None


@contextmanager
def _held_server(display: str) -> Iterator[Any]:
    """A connection to an X server that serves no other program meanwhile, so that a trial is in nobody's way."""
    from Xlib.display import Display

    connection = Display(display)
    connection.grab_server()
    try:
        yield connection
    finally:
        connection.ungrab_server()
        connection.close()


def is_shown(display: str, title: str) -> bool:
    """Whether a window whose title matches this pattern is on the screen."""
    return bool(xdotool(display, "search", "--onlyvisible", "--name", title))


def tray_icon(display: str, window_class: str) -> tuple[int, int] | None:
    """The middle of the icon that a program of this class has in the tray, from the screen's corner; None for none."""
    from Xlib.display import Display
    from Xlib.error import XError

    connection = Display(display)
    root = connection.screen().root
    found, seen = None, [(root, False)]
    while seen:
        window, in_panel = seen.pop()
        with suppress(XError):
            classes = window.get_wm_class() or ()
            if in_panel and window_class in classes:
                size, at = window.get_geometry(), root.translate_coords(window, 0, 0)
                found = at.x + size.width // 2, at.y + size.height // 2
            seen += [(child, in_panel or "Tint2" in classes) for child in window.query_tree().children]
    connection.close()
    return found


def shows_menu(display: str, window_class: str) -> bool:
    """Whether a menu of a program of this class is open; a tool tip is none."""
    return menu_place(display, window_class) is not None


def menu_place(display: str, window_class: str) -> tuple[int, int] | None:
    """The corner of the menu that a program of this class has open; None for none."""
    from Xlib import X, Xatom
    from Xlib.display import Display
    from Xlib.error import XError

    connection = Display(display)
    kind, tip = (connection.intern_atom(f"_NET_WM_WINDOW_TYPE{end}") for end in ("", "_TOOLTIP"))
    found = None
    for window in connection.screen().root.query_tree().children:
        with suppress(XError):
            attributes = window.get_attributes()
            is_popup = attributes.override_redirect and attributes.map_state == X.IsViewable
            if is_popup and window_class in (window.get_wm_class() or ()):
                kinds = window.get_full_property(kind, Xatom.ATOM)
                if kinds is None or tip not in kinds.value:
                    corner = window.get_geometry()
                    found = corner.x, corner.y
    connection.close()
    return found


def click(display: str, place: tuple[int, int], button: int = 1) -> None:
    """Move the pointer and press a button of it (1 left, 3 right)."""
    xdotool(display, "mousemove", str(place[0]), str(place[1]))
    xdotool(display, "click", str(button))
