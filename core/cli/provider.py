"""`findling provider`: results in the search of GNOME Shell and KRunner, started by the session bus."""

from __future__ import annotations

import argparse
import asyncio
import os
from typing import Any

from core.cli.answers import Answers
from core.cli.arguments import DONE, add_command
from core.cli.own_command import own_command
from core.messages import tr


def add_provider(commands: Any) -> None:
    """Add the command `provider`."""
    add_command(
        commands,
        "provider",
        tr("answer the search of the desktop (GNOME Shell, KRunner)"),
        more=tr("The desktop starts it when you search there, and it ends by itself a while after."),
    )


def run_provider(arguments: argparse.Namespace) -> int:
    """Run `findling provider` until nobody asks any more."""
    from core.desktop_search.activation import Activation
    from core.desktop_search.provider import serve

    with Answers(arguments.library) as answers:
        asyncio.run(serve(answers.get_first, Activation(own_command(), os.path.abspath(arguments.library))))
    return DONE


PROVIDER = {"provider": run_provider}
