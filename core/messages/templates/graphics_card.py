"""Graphics cards: what is missing on this machine, and which models fit."""

from core.messages.message import Template
from core.messages.translate import mark

_OTHER_ENGINE = mark("Keep the engine on the processor, or use another machine's.")
_GET_DRIVER = mark("Install NVIDIA's driver, version 580 or newer, and restart the machine.")
_SMALLER = mark("Choose a smaller model.")
_CLOSE_PROGRAMS = mark("Close other programs that use the card, or choose a smaller model.")
_NEWER_SYSTEM = mark(
    "Use a newer system (Debian 12, Ubuntu 22.04, Fedora 35 or later), or keep the engine on the processor."
)

TEMPLATES: dict[str, Template] = {
    "card.driver_mismatch": Template(
        mark("NVIDIA's driver was updated, and the old one is still running."), mark("Restart the machine.")
    ),
    "card.none": Template(mark("No NVIDIA card was found on this machine."), _OTHER_ENGINE),
    "card.no_driver": Template(
        mark("There is an NVIDIA card, but its driver is not installed or not loaded."), _GET_DRIVER
    ),
    "card.driver_silent": Template(
        mark("There is an NVIDIA card, but its driver does not answer."),
        mark("Restart the machine, or install the driver again."),
    ),
    "card.driver_too_old": Template(
        mark("NVIDIA's driver {driver} is too old for SGLang, which needs CUDA 13."), _GET_DRIVER
    ),
    "card.too_old": Template(
        mark("The {card} is too old for SGLang, which needs a GeForce 30 or newer."), _OTHER_ENGINE
    ),
    "card.no_compiler": Template(
        mark("SGLang needs a C compiler, and there is none."),
        mark("Install gcc and g++ (on Debian and Ubuntu: the package build-essential)."),
    ),
    "card.other_system": Template(mark("SGLang runs on Linux, on x86-64 and ARM processors."), _OTHER_ENGINE),
    "card.other_libc": Template(mark("SGLang needs glibc 2.34, and this system has another C library."), _NEWER_SYSTEM),
    "card.old_glibc": Template(mark("SGLang needs glibc 2.34, and this system has {glibc}."), _NEWER_SYSTEM),
    "card.not_there": Template(
        mark("There is no card number {number:d} in this machine."), mark("Choose another one.")
    ),
    "fit.card_unusable": Template(mark("The chosen card is missing or too old."), mark("Choose another card.")),
    "fit.over_budget": Template(
        mark("{model} needs {need:memory}, and may use {budget:memory}."),
        mark("Allow it more memory, or choose a smaller model."),
    ),
    "fit.card_too_small": Template(mark("{model} needs {need:memory}: too much for the {card}."), _SMALLER),
    "fit.card_in_use": Template(
        mark("{model} needs {need:memory}, and only {free:memory} of the {card} are free now."), _CLOSE_PROGRAMS
    ),
    "fit.disk_full": Template(
        mark("{model} needs {need:size} of disk space, and {free:size} are free."), mark("Free some disk space.")
    ),
    "fit.fits": Template(mark("{model} fits on the {card}: it needs {need:memory} of {total:memory}.")),
    "fit.both_too_large": Template(
        mark("{model} and {reranker} use {need:memory} together: too much for the {card} with {total:memory}."),
        mark("Choose a smaller model, allow each less memory, or turn off reranking."),
    ),
    "fit.both_card_in_use": Template(
        mark("{model} and {reranker} use {need:memory} together, and only {free:memory} of the {card} are free now."),
        _CLOSE_PROGRAMS,
    ),
    "fit.both_fit": Template(
        mark("{model} and {reranker} fit on the {card} together: they use {need:memory} of its memory.")
    ),
}
