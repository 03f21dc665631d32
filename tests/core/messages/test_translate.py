"""Translation: which language is used, how values are written, and how a message is worded from its template."""

from __future__ import annotations

import gettext
from collections.abc import Iterator

import pytest

from core.messages import Message, language, languages, ntr, set_language, tr, use
from core.messages import translate as translation


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    use(gettext.NullTranslations(), "en")


class Shouting(gettext.NullTranslations):
    """A fake translation that upper-cases every text but not its fields."""

    def gettext(self, message: str) -> str:
        return message.replace("document", "DOCUMENT")

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return (msgid1 if n == 1 else msgid2).replace("document", "DOCUMENT")


def clear_locale(patch: pytest.MonkeyPatch) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        patch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("system", "preferred", "used"),
    [
        ("de_DE.UTF-8", "", "de"),
        ("de_AT.UTF-8", "", "de"),
        ("zh_CN.UTF-8", "", "zh_CN"),
        ("zh_SG.UTF-8", "", "zh_CN"),
        ("zh_TW.UTF-8", "", "en"),
        ("C.UTF-8", "", "en"),
        ("ja_JP.UTF-8", "", "en"),
        ("de_DE.UTF-8", "en", "en"),
        ("en_GB.UTF-8", "zh_CN", "zh_CN"),
        ("de_DE.UTF-8", "xx", "en"),
    ],
)
def test_the_language_follows_the_system_unless_it_is_set(
    monkeypatch: pytest.MonkeyPatch, system: str, preferred: str, used: str
) -> None:
    clear_locale(monkeypatch)
    monkeypatch.setenv("LANG", system)
    assert set_language(preferred) == used
    assert language() == used


def test_the_list_of_languages_counts_before_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    clear_locale(monkeypatch)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LANGUAGE", "ja:zh_CN:de")
    assert set_language() == "zh_CN"


def test_english_german_and_simplified_chinese_are_there() -> None:
    assert languages() == ("en", "de", "zh_CN")


@pytest.mark.parametrize(
    ("region", "number", "size", "share", "date"),
    [
        ("en_US", "1,234,567", "1.2 GB", "46%", "Sep 9, 2001"),
        ("en_GB", "1,234,567", "1.2 GB", "46%", "9 Sept 2001"),
        ("de_DE", "1.234.567", "1,2\xa0GB", "46\xa0%", "09.09.2001"),
        ("zh_CN", "1,234,567", "1.2 GB", "46%", "2001年9月9日"),
    ],
)
def test_values_are_written_as_the_locale_does(region: str, number: str, size: str, share: str, date: str) -> None:
    use(gettext.NullTranslations(), region, region)
    assert tr("{n}", n=1_234_567) == number
    assert tr("{n:size}", n=1_234_567_890) == size
    assert tr("{n:percent}", n=0.456) == share
    assert tr("{n:date}", n=1_000_000_000) == date
    assert tr("{port:d} {text}", port=30_000, text="x") == "30000 x", "a port is no quantity"


def test_memory_is_binary_and_a_few_bytes_have_no_fraction() -> None:
    assert tr("{n:memory}", n=12 * 1024**3) == "12.0 GiB"
    assert tr("{n:size}", n=900) == "900 B"


def test_a_path_that_is_not_utf8_is_shown_with_a_replacement_character() -> None:
    assert tr("{path}", path=b"caf\xe9.txt") == "caf\ufffd.txt"


def test_a_text_without_values_keeps_its_braces() -> None:
    assert tr("{}") == "{}"


def test_a_plural_is_chosen_by_the_catalogue() -> None:
    use(Shouting(), "en")
    assert ntr("{count} document", "{count} documents", 1) == "1 DOCUMENT"
    assert ntr("{count} document in {place}", "{count} documents in {place}", 2000, place="x") == "2,000 DOCUMENTs in x"


def test_a_message_is_worded_when_it_is_read() -> None:
    message = Message("cli.batch_line", line=3, path="queries.jsonl")
    assert message.sentence == "Line 3 of queries.jsonl is not a query."
    assert str(message).endswith('Each line is a JSON object with "_id" and "text".')
    assert message == Message("cli.batch_line", line=3, path="queries.jsonl")
    assert message != Message("cli.batch_line", line=4, path="queries.jsonl")


def test_a_code_without_a_template_is_our_mistake() -> None:
    with pytest.raises(KeyError, match="no template"):
        Message("cli.nonsense")


def test_a_catalogue_that_is_missing_leaves_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "languages", lambda: ("en", "xx"))
    assert set_language("xx") == "xx"
    assert tr("Nothing was found.") == "Nothing was found."
