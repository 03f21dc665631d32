"""Weights of models: downloading them, and folders of them."""

from core.messages.message import Template
from core.messages.translate import mark

_FREE_DISK = mark("Free some disk space, then resume.")
_OTHER_SOURCE = mark("Choose the other hub or another mirror, or a folder that you have already.")
_OTHER_FOLDER = mark("Choose a folder with a whole model: config.json, tokenizer.json and the weights (.safetensors).")
_COPY_AGAIN = mark("Download or copy the model again.")

TEMPLATES: dict[str, Template] = {
    "download.no_room": Template(
        mark("The model needs {needed:size} more of the disk, and {free:size} are free."), _FREE_DISK
    ),
    "download.disk_full": Template(mark("The disk is full: the model was not downloaded."), _FREE_DISK),
    "download.checking": Template(mark("Checking {file}.")),
    "download.downloading": Template(mark("Downloading {model} from {hub}.")),
    "download.asking": Template(mark("Asking {hub} for {model}.")),
    "download.locked": Template(mark("Another program is downloading this model."), mark("Wait until it is done.")),
    "download.damaged": Template(
        mark("The model is damaged ({file})."), mark("Download it again: only the damaged files are downloaded.")
    ),
    "download.folder_unusable": Template(
        mark("The model's folder cannot be used ({reason})."), mark("Check its permissions and its disk.")
    ),
    "download.bad_mirror": Template(
        mark("{mirror} is not the address of a mirror."), mark("It looks like https://mirror.example.")
    ),
    "download.unknown_listing": Template(
        mark("{hub} lists the model in a way that Findling does not know."), _OTHER_SOURCE
    ),
    "download.no_weights": Template(mark("{hub} has no weights of {repository}."), _OTHER_SOURCE),
    "download.gone": Template(mark("{hub} does not have {repository} (any more)."), _OTHER_SOURCE),
    "download.forbidden": Template(mark("{hub} does not give {repository} to everybody."), _OTHER_SOURCE),
    "download.checksum": Template(
        mark("The checksum of {file} is wrong: it was damaged on its way, or changed."),
        mark("Resume: the file is downloaded again. If it fails again, delete the download, or choose the other hub."),
    ),
    "download.offline": Template(
        mark("Downloads are switched off on this machine (HF_HUB_OFFLINE)."), mark("Switch them on, or copy the model.")
    ),
    "download.network": Template(
        mark("{hub} cannot be reached ({reason})."),
        mark("Check the network, the mirror and the proxy in the settings, then resume."),
    ),
    "download.failed": Template(mark("The model cannot be downloaded: {reason}"), mark("Try again.")),
    "weights.unreadable_folder": Template(mark("{folder} cannot be read."), _OTHER_FOLDER),
    "weights.no_folder": Template(mark("There is no folder {folder}."), _OTHER_FOLDER),
    "weights.no_config": Template(mark("There is no model in {folder}: it has no config.json."), _OTHER_FOLDER),
    "weights.not_a_tokenizer": Template(mark("The tokenizer in {folder} is damaged."), _COPY_AGAIN),
    "weights.file_missing": Template(mark("The model in {folder} is not complete: {file} is missing."), _OTHER_FOLDER),
    "weights.file_unreadable": Template(mark("The model in {folder} is damaged: {file} cannot be read."), _COPY_AGAIN),
    "weights.file_wrong": Template(
        mark("The model in {folder} is damaged: {file} is not what it should be."), _COPY_AGAIN
    ),
    "weights.no_architecture": Template(
        mark("The config.json in {folder} does not say what kind of model it is."), _OTHER_FOLDER
    ),
    "weights.no_number": Template(mark("The config.json in {folder} has no {name}."), _OTHER_FOLDER),
    "weights.none": Template(mark("The model in {folder} has no weights (.safetensors)."), _OTHER_FOLDER),
    "weights.incomplete": Template(
        mark("The weights in {folder} are not complete: {missing} is missing."), _COPY_AGAIN
    ),
    "weights.damaged": Template(mark("The weights file {file} is damaged."), _COPY_AGAIN),
    "weights.truncated": Template(
        mark("The weights file {file} is not complete: {size} of {expected} bytes."), _COPY_AGAIN
    ),
    "weights.other_model": Template(
        mark("The weights in {folder} belong to another model than its config.json."), _COPY_AGAIN
    ),
    "model.no_model": Template(mark("There is no model in {folder} ({reason})."), _OTHER_FOLDER),
    "model.unreadable": Template(mark("The model in {folder} cannot be read: {reason}."), _OTHER_FOLDER),
    "model.own_folder": Template(mark("{model} (from your own folder)")),
}
