"""Makes SGLang start without packages that only a card needs: triton, torchvision and torchaudio are pretended.

It is imported at the start of every interpreter of the environment. What is pretended takes any name and any decorator
and does nothing; a text model on the processor never calls it. Who merely asks whether a package is there hears no.
"""

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

os.environ.setdefault("SGLANG_USE_CPU_ENGINE", "1")  # without it SGLang looks for a card whatever its flags say

PRETENDED = ("triton", "torchvision", "torchaudio")
ONLY_ASKING = ("transformers", "xgrammar", "compressed_tensors")


class Anything:
    """Takes part in any expression; as a decorator it leaves what it decorates."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name)

    def __call__(self, *arguments, **named):
        is_decorated = len(arguments) == 1 and not named and callable(arguments[0])
        return arguments[0] if is_decorated else _leave  # of which no more can be asked: who looks for a card stops

    def __iter__(self):
        return iter(())

    def __bool__(self):
        return False

    def __or__(self, other):
        return other

    __ror__ = __or__


def _leave(decorated=None, *arguments, **named):
    return decorated


class AnyClass(type):
    """Of the classes that are pretended: what they hold is anything, what is made of them does nothing."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name)


def _class(name):
    base = Exception if name.endswith("Error") else object
    return AnyClass(name, (base,), {"__init__": lambda self, *arguments, **named: None})


class Pretended(ModuleType):
    """A module, and package, in which every name is there."""

    __path__ = ()
    __version__ = "0"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = _class(name) if name[0].isupper() or name == "constexpr" else Anything(name)
        setattr(self, name, made)
        return made


class Pretender(MetaPathFinder, Loader):
    """Comes last, so that a package that is there is taken."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in PRETENDED or _asker() in ONLY_ASKING:
            return None
        return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Pretended(spec.name)

    def exec_module(self, module):
        pass


def _asker():
    """The package whose code imports."""
    frame = sys._getframe(2)
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] == "importlib":
        frame = frame.f_back
    while frame and "importlib" in frame.f_code.co_filename:
        frame = frame.f_back
    return frame.f_globals.get("__name__", "").partition(".")[0] if frame else ""


sys.meta_path.append(Pretender())
