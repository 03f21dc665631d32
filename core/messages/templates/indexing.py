"""Messages of the indexer and the watcher: exclusion rules, limits of the system, sizes of files."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "exclusion.bad_pattern": Template(
        mark("“{line}” is not a valid pattern."),
        mark("Use names or paths with * and ?, one per line."),
    ),
    # `reason` is one of the sentences below.
    "exclusion.in_folder": Template(mark("It is in the folder “{folder}”. {reason}")),
    "exclusion.own_library": Template(mark("Findling does not index its own library.")),
    "exclusion.folder_pattern": Template(mark("The pattern “{pattern}” of this folder excludes it.")),
    "exclusion.gitignore_line": Template(mark("The line “{line}” in {file} excludes it.")),
    "exclusion.settings_pattern": Template(mark("A name pattern in the settings excludes it.")),
    "exclusion.default_pattern": Template(
        mark("Files and folders named “{pattern}” are excluded because they are not documents.")
    ),
    "exclusion.hidden": Template(mark("Hidden files and folders are excluded.")),
    "watch.too_many_folders": Template(
        mark("The system does not allow watching more folders. Changes in some of them are found only after minutes."),
        mark("Raise the limit: sudo sysctl fs.inotify.{setting}={limit:d}"),
    ),
    "watch.too_many_instances": Template(
        mark(
            "The system does not allow another program to watch folders. Changes in some of them are found only after "
            "minutes."
        ),
        mark("Raise the limit: sudo sysctl fs.inotify.{setting}={limit:d}"),
    ),
}
