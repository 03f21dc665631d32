"""What core reports to the user: a code with parameters, worded from its template in the language in use."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.messages.translate import PluralText, ntr, sentences, tr

Text = str | PluralText


class Template(NamedTuple):
    """The English wording of one code: what is so, and what the user can do about it ("" for nothing).

    Texts are marked with `mark` or `plural`; their fields are the parameters of the message.
    """

    sentence: Text
    remedy: Text = ""


class Message:
    """A code of `core.messages.templates` with its parameters. Compares by value.

    Raises KeyError for a code without a template.
    """

    __slots__ = ("code", "facts")

    def __init__(self, code: str, /, **facts: Any) -> None:
        if code not in _templates():
            raise KeyError(f"no template for the message {code!r}")
        self.code = code
        self.facts = facts

    @property
    def sentence(self) -> str:
        """What is so, in the language in use."""
        return _worded(_templates()[self.code].sentence, self.facts)

    @property
    def remedy(self) -> str:
        """What the user can do, in the language in use; "" where there is nothing to do."""
        return _worded(_templates()[self.code].remedy, self.facts)

    def __str__(self) -> str:
        return sentences(self.sentence, self.remedy)

    def __repr__(self) -> str:
        return f"Message({self.code!r}, {', '.join(f'{name}={value!r}' for name, value in self.facts.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.code, self.facts) == (other.code, other.facts)

    def __hash__(self) -> int:
        return hash(self.code)


def _templates() -> dict[str, Template]:
    from core.messages.templates import ALL_TEMPLATES  # templates import Template from here

    return ALL_TEMPLATES


def _worded(text: Text, facts: dict[str, Any]) -> str:
    if isinstance(text, PluralText):
        return ntr(text.one, text.many, facts["count"], **{k: v for k, v in facts.items() if k != "count"})
    return tr(text, **facts)
