"""Settings: kept whole, read with patience, never half written."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInputError
from core.settings import LIMITS, Settings, choices, from_dict, load, save

OTHER = Settings(
    model="english",
    engine="remote",
    remote_url="http://127.0.0.1:8080/v1",
    remote_key="geheim🔑",
    passage_tokens=300,
    overlap_tokens=0,
    readers=1,
    hidden_files=True,
    exclude=("*.log", "Büro"),
    language="en",
)


@pytest.mark.parametrize("settings", [Settings(), OTHER])
def test_what_is_saved_is_loaded(tmp_path: Path, settings: Settings) -> None:
    save(settings, tmp_path / "settings.json")
    assert load(tmp_path / "settings.json") == settings
    assert sorted(os.listdir(tmp_path)) == ["settings.copy", "settings.json"]


def test_saving_takes_the_place_of_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save(Settings(), path)
    save(OTHER, path)
    assert load(path) == OTHER


def test_a_key_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save(OTHER, path)
    assert path.stat().st_mode & 0o077 == 0


def test_a_missing_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "nowhere.json") == Settings()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '"text"', "\x00", "[" * 100_000])
def test_a_broken_file_is_told_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(BadInputError, match=r"settings\.json") as told:
        load(path)
    assert "Correct or delete" in told.value.remedy


def test_a_file_in_another_encoding_or_a_folder_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes('{"remote_key": "ä"}'.encode("utf-16"))
    (tmp_path / "b.json").mkdir()
    for name in ("a.json", "b.json"):
        with pytest.raises(BadInputError):
            load(tmp_path / name)


def test_unknown_names_are_left_out_and_missing_ones_are_the_defaults() -> None:
    assert from_dict({"readers": 1, "colour": "green"}) == dataclasses.replace(Settings(), readers=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", "gpt"), ("model", None), ("model", 7), ("engine", "cloud"), ("engine", ["remote"]),
        ("readers", "2"), ("readers", True), ("readers", 2.5), ("hidden_files", 1), ("hidden_files", "yes"),
        ("exclude", "*.log"), ("exclude", {"a": 1}), ("remote_url", None), ("passage_tokens", [512]),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_left_at_its_default(name: str, value: object) -> None:
    assert from_dict({name: value}) == Settings()


@pytest.mark.parametrize("name", list(LIMITS))
def test_a_number_that_makes_no_sense_is_left_at_its_default(name: str) -> None:
    lowest, highest = LIMITS[name]
    for value in (-1, lowest - 1, highest + 1, 10**12):
        assert from_dict({name: value}) == Settings()
    for value in (lowest, highest):
        assert getattr(from_dict({name: value}), name) == value


def test_every_number_has_limits_and_its_default_is_within() -> None:
    numbers = {f.name: f.default for f in dataclasses.fields(Settings) if type(f.default) in (int, float)}
    assert numbers.keys() == LIMITS.keys()
    assert all(LIMITS[name][0] <= default <= LIMITS[name][1] for name, default in numbers.items())


@pytest.mark.parametrize(("name", "values"), [(name, choices(name)) for name in ("model", "engine", "hub", "reranker")])
def test_a_choice_is_one_of_those_there_are(name: str, values: tuple[str, ...]) -> None:
    assert getattr(Settings(), name) in values
    assert getattr(from_dict({name: values[-1]}), name) == values[-1]
    assert from_dict({name: "something else"}) == Settings()


def test_cards_are_numbers() -> None:
    assert from_dict({"gpus": [0, 2]}).gpus == (0, 2)
    for wrong in (["0"], [-1], [True], [1.5]):
        assert from_dict({"gpus": wrong}) == Settings()


def test_a_list_of_anything_becomes_texts() -> None:
    assert from_dict({"exclude": ["a", 1, None]}).exclude == ("a", "1", "None")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [field.name for field in dataclasses.fields(Settings)]


@given(st.dictionaries(st.sampled_from([*FIELDS, "unknown"]), JSON, max_size=6))
def test_any_object_gives_settings_of_the_right_types(data: dict[str, object]) -> None:
    settings = from_dict(data)
    for field in dataclasses.fields(Settings):
        assert type(getattr(settings, field.name)) is type(getattr(Settings(), field.name))
    assert from_dict(json.loads(json.dumps(dataclasses.asdict(settings)))) == settings


def test_a_folder_that_cannot_be_written_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    (path / "full").touch()
    with pytest.raises(OSError, match="settings"):
        save(OTHER, path)
    assert os.listdir(tmp_path) == ["settings.json"]


def test_a_language_without_a_catalogue_is_the_systems() -> None:
    assert from_dict({"language": "de"}).language == "de"
    assert from_dict({"language": "tlh"}).language == ""
