"""SGLang: installing it, starting it, and what its log says."""

from core.messages.message import Template
from core.messages.translate import mark

_LESS_MEMORY = mark("Close other programs that use the card, reduce the batch size, or choose a smaller model.")
_INSTALL_AGAIN = mark("Repair it in the engine panel, or choose another SGLang in the settings.")
_CHOOSE_PROGRAM = mark("Choose the command sglang, or the Python interpreter of SGLang's environment.")
_FREE_DISK = mark("Free some disk space, then resume.")

TEMPLATES: dict[str, Template] = {
    "sglang.preparing": Template(mark("SGLang is preparing.")),
    "sglang.loading": Template(mark("The model is loading.")),
    "sglang.loading_shards": Template(mark("The model is loading ({done} of {total}).")),
    "sglang.allocating": Template(mark("Memory is being allocated.")),
    "sglang.warming_up": Template(mark("The engine is warming up.")),
    "sglang.no_card": Template(
        mark("SGLang sees no NVIDIA card."),
        mark("Check that the card's driver runs (nvidia-smi lists the card), and the card chosen in the settings."),
    ),
    "sglang.old_driver": Template(
        mark("The graphics card's driver is too old for SGLang."), mark("Install a newer driver.")
    ),
    "sglang.out_of_memory": Template(
        mark("The card has too little free memory for the model and its batches."), _LESS_MEMORY
    ),
    "sglang.unknown_option": Template(
        mark("This SGLang does not know an option that Findling uses."),
        mark("Use the version that Findling installs, or one that is as new."),
    ),
    "sglang.port_taken": Template(
        mark("Another program uses the engine's port."), mark("Findling tries another one. Try again if it fails.")
    ),
    "sglang.broken_model": Template(
        mark("The model's folder is damaged or not complete."),
        mark("Verify or download it again in the engine panel, or choose another folder."),
    ),
    "sglang.not_embedding": Template(
        mark("The chosen folder has a model that does not make vectors."), mark("Choose a Qwen3-Embedding model.")
    ),
    "sglang.broken_installation": Template(mark("SGLang's installation is damaged or not complete."), _INSTALL_AGAIN),
    "sglang.cannot_start": Template(mark("SGLang cannot be started."), _INSTALL_AGAIN),
    "sglang.needs_cache": Template(mark("This GPU requires a KV cache."), _LESS_MEMORY),
    "sglang.ended_with_code": Template(mark("SGLang ended by itself (code {code:d})."), mark("See the engine's log.")),
    "sglang.ended_by_signal": Template(
        mark("SGLang ended by itself (signal {signal:d})."), mark("See the engine's log.")
    ),
    "sglang.remedy": Template(mark("Verify or download the model again in the engine panel, or see the log.")),
    "sglang.model_missing": Template(
        mark("The model {model} is not there."), mark("Download it in the engine panel, or choose its folder.")
    ),
    "sglang.model_partial": Template(
        mark("The model {model} is only partly downloaded."),
        mark("Resume the download in the engine panel, or choose its folder."),
    ),
    "sglang.model_broken": Template(
        mark("The model {model} is damaged."), mark("Download it again in the engine panel, or choose its folder.")
    ),
    "sglang.no_port": Template(mark("There is no free port on this machine."), mark("Close other programs.")),
    "sglang.config_unusable": Template(
        mark("The model's folder {folder} cannot be used ({reason})."),
        mark("Choose the folder that has its config.json, or download the model again."),
    ),
    "sglang.needs_memory": Template(
        mark("The model needs {need:memory} of the card's memory, and may use {room:memory}."),
        mark("Close other programs that use the card, allow it more memory, or choose a smaller model."),
    ),
    "install.no_room": Template(
        mark("SGLang needs {needed:size} more of the disk, and {free:size} are free."), _FREE_DISK
    ),
    "install.disk_full": Template(mark("The disk is full: SGLang was not installed."), _FREE_DISK),
    "install.not_installed": Template(
        mark("SGLang is not installed."), mark("Install it in the engine panel, or with: findling engine install")
    ),
    "install.finding_python": Template(mark("Finding a Python for SGLang.")),
    "install.checking": Template(mark("Checking the installation.")),
    "install.comparing": Template(mark("Comparing SGLang's files with their checksums.")),
    "install.placing": Template(mark("Installing SGLang's packages.")),
    "install.downloading": Template(mark("Downloading SGLang's packages ({done} of {total} are here).")),
    "install.downloading_package": Template(mark("Downloading {package} ({done} of {total} packages are here).")),
    "install.damaged": Template(
        mark("The downloaded packages are damaged ({packages})."), mark("Resume: they are downloaded again.")
    ),
    "install.does_not_run": Template(mark("SGLang does not run on this machine."), mark("Try to repair it.")),
    "install.locked": Template(mark("Another program is installing SGLang."), mark("Wait until it is done.")),
    "install.folder_unusable": Template(
        mark("The engine's folder cannot be used ({reason})."), mark("Check its permissions and its disk.")
    ),
    "install.other_processor": Template(
        mark("SGLang cannot be installed on this kind of processor ({processor})."),
        mark("Keep the engine on the processor, or use another machine's."),
    ),
    "install.needs_uv": Template(
        mark("Findling installs SGLang with the program uv, which is missing here."),
        mark("Install uv, then try again."),
    ),
    "install.no_installer": Template(mark("The installer (uv) does not run."), mark("Reinstall Findling.")),
    "install.checksum": Template(
        mark("The checksum of the package {package} is wrong."),
        mark("Try again. If it fails again, something changes the download on its way."),
    ),
    "install.unwritable": Template(mark("The engine's folder cannot be written."), mark("Check its permissions.")),
    "install.network": Template(
        mark("SGLang's packages cannot be fetched ({reason})."),
        mark("Check the network, and the proxy in the settings, then resume."),
    ),
    "install.failed": Template(mark("SGLang cannot be installed: {reason}."), mark("Try again.")),
    "command.none": Template(mark("No program is named."), _CHOOSE_PROGRAM),
    "command.missing": Template(mark("There is no program {program}."), _CHOOSE_PROGRAM),
    "command.not_executable": Template(mark("{program} is not a program that can be run."), _CHOOSE_PROGRAM),
    "command.no_sglang": Template(
        mark("There is no SGLang in the environment of {program}."), mark("Install it there, or choose another one.")
    ),
    "command.no_version": Template(
        mark("{program} does not say which SGLang it is. It says: {words}"), _CHOOSE_PROGRAM
    ),
    "command.too_old": Template(
        mark("This SGLang is too old ({version}): Findling needs {oldest} or newer."), mark("Update it.")
    ),
    "command.timed_out": Template(mark("{program} did not say its version within {seconds} seconds."), _CHOOSE_PROGRAM),
    "command.cannot_run": Template(mark("{program} cannot be run ({reason})."), _CHOOSE_PROGRAM),
}
