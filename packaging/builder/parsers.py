"""The parsers of the command line and of the window, in English, from the sources."""

from __future__ import annotations

import argparse
import sys

from builder.facts import ROOT

if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))


def commands() -> argparse.ArgumentParser:
    from core.cli.main import parser

    return parser()


def window() -> argparse.ArgumentParser:
    from gui.__main__ import window_parser

    return window_parser()
