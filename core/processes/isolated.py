"""Runs a module of this installation in an isolated Python, which only the installation decides on.

    python -I isolated.py MODULE ARGUMENTS...

With -I, Python takes no module from PYTHONPATH, the current folder or the user's own packages, and none of its
variables. Only this installation's folder is added, where it is not one of Python's own. In a bundle, where there is no
Python beside the program, the program itself runs the module; it is isolated always.
"""

from __future__ import annotations

import os
import runpy
import sys

RUN_MODULE = "--run-module"  # the first argument of a bundle's program that is to run a module


def is_bundled() -> bool:
    """Whether this is a bundle's program (PyInstaller's), which has Python inside."""
    return bool(getattr(sys, "frozen", False))


def module_command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this installation, wherever and in whatever environment it is started."""
    if is_bundled():
        return [sys.executable, RUN_MODULE, module, *arguments]
    return [sys.executable, "-I", os.path.abspath(__file__), module, *arguments]


def run_module() -> None:
    """Run the module that the first argument names as the program, with the arguments after it."""
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _main() -> None:
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if root not in sys.path:
        sys.path.insert(0, root)
    run_module()


if __name__ == "__main__":
    _main()
