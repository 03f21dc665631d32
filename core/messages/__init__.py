"""Every sentence that the user reads: templates of what core reports, translation, and locale-aware values.

`tr` and `ntr` translate the text of a front end. What core reports is a `Message`: a code with parameters, whose
template stands in `core/messages/templates`. Both end in one gettext catalogue in `resources/locale`.
"""

# The templates now, not with the first message: nothing can be imported once no file descriptor is free.
from core.messages import templates as _templates  # noqa: F401
from core.messages.message import Message, Template
from core.messages.translate import (
    language,
    languages,
    mark,
    ntr,
    plural,
    sentences,
    set_language,
    tr,
    use,
)

__all__ = [
    "Message",
    "Template",
    "language",
    "languages",
    "mark",
    "ntr",
    "plural",
    "sentences",
    "set_language",
    "tr",
    "use",
]
