"""The rules that every object of the chart must keep: each function yields what breaks its rule."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from tests.packaging.kubernetes.chart import Object, containers_of, pod_of

DIGEST = re.compile(r"[^:@]+(:\d+/[^:@]+)?@sha256:[0-9a-f]{64}")
SECRET = re.compile(r"password|passwd|token|secret|api.?key|credential", re.IGNORECASE)
# Pod Security Standards, "restricted": these kinds of volumes only.
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
HOST = ("hostNetwork", "hostPID", "hostIPC", "hostAliases")

Rule = Callable[[list[Object]], Iterator[str]]


def _pods(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    for each in objects:
        if (pod := pod_of(each)) is not None:
            yield f"{each['kind']} {each['metadata']['name']}", pod


def _containers(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    for name, pod in _pods(objects):
        for container in containers_of(pod):
            yield f"{name}, {container['name']}", container


def nobody_is_root(objects: list[Object]) -> Iterator[str]:
    for name, pod in _pods(objects):
        security = pod["spec"].get("securityContext", {})
        if security.get("runAsNonRoot") is not True or not security.get("runAsUser", 0) > 0:
            yield f"{name} may run as root"
        if security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{name} has no seccomp profile"
    for name, container in _containers(objects):
        security = container.get("securityContext", {})
        if {"runAsUser", "runAsNonRoot", "seccompProfile"} & security.keys():
            yield f"{name} has rights other than its pod's"


def containers_can_do_little(objects: list[Object]) -> Iterator[str]:
    for name, container in _containers(objects):
        security = container.get("securityContext", {})
        if security.get("readOnlyRootFilesystem") is not True:
            yield f"{name} can write to its root"
        if security.get("allowPrivilegeEscalation") is not False or security.get("privileged"):
            yield f"{name} can get more rights"
        if security.get("capabilities") != {"drop": ["ALL"]}:
            yield f"{name} has capabilities"


def nothing_of_the_node_is_shared(objects: list[Object]) -> Iterator[str]:
    for name, pod in _pods(objects):
        spec = pod["spec"]
        yield from (f"{name} has {key}" for key in HOST if spec.get(key))
        for volume in spec.get("volumes", ()):
            kinds = volume.keys() - {"name"}
            if not kinds <= VOLUMES:
                yield f"{name} has a volume of {kinds}"
            if "emptyDir" in kinds and "sizeLimit" not in volume["emptyDir"]:
                yield f"{name} has a volume without a limit: {volume['name']}"
    for name, container in _containers(objects):
        yield from (f"{name} has a port of the node" for port in container.get("ports", ()) if "hostPort" in port)


def documents_are_only_read(objects: list[Object]) -> Iterator[str]:
    for name, pod in _pods(objects):
        shared = {
            volume["name"]: volume["persistentVolumeClaim"].get("readOnly")
            for volume in pod["spec"].get("volumes", ())
            if "persistentVolumeClaim" in volume
        }
        yield from (f"{name} may write to {volume}" for volume, is_read in shared.items() if not is_read)
        for container in containers_of(pod):
            for mount in container.get("volumeMounts", ()):
                if mount["name"] in shared and not mount.get("readOnly"):
                    yield f"{name}, {container['name']} may write to {mount['name']}"


def secrets_are_named_only(objects: list[Object]) -> Iterator[str]:
    for each in objects:
        if each["kind"] == "Secret":
            yield f"Secret {each['metadata']['name']} is in the chart"
        if each["kind"] == "ConfigMap" and "library.json" in each["data"]:
            for setting, value in json.loads(each["data"]["library.json"])["settings"].items():
                if setting.endswith("_key") or re.search(r"://[^/]*@", str(value)):
                    yield f"ConfigMap {each['metadata']['name']} has a secret: {setting}"
    for name, container in _containers(objects):
        for variable in container.get("env", ()):
            if SECRET.search(variable["name"]) and "value" in variable:
                yield f"{name} has {variable['name']} in clear"
        for word in (*container.get("command", ()), *container.get("args", ())):
            if re.match(r"--(api-?key|token|password)(=|$)", word):
                yield f"{name} has a secret in its command line: {word}"


def images_are_named_by_digest(objects: list[Object]) -> Iterator[str]:
    for name, container in _containers(objects):
        if not DIGEST.fullmatch(container["image"]):
            yield f"{name} has an image that may change: {container['image']}"


def resources_are_limited(objects: list[Object]) -> Iterator[str]:
    for name, container in _containers(objects):
        resources = container.get("resources", {})
        for kind, needed in (("requests", ("cpu", "memory", "ephemeral-storage")), ("limits", ("memory",))):
            for key in needed:
                if key not in resources.get(kind, {}):
                    yield f"{name} has no {kind} of {key}"


def servers_are_probed(objects: list[Object]) -> Iterator[str]:
    for name, pod in _pods(objects):
        for container in pod["spec"]["containers"]:
            for probe in ("readinessProbe", "livenessProbe"):
                if probe not in container:
                    yield f"{name}, {container['name']} has no {probe}"


def every_pod_has_network_policies(objects: list[Object]) -> Iterator[str]:
    policies = [each["spec"] for each in objects if each["kind"] == "NetworkPolicy"]
    for name, pod in _pods(objects):
        labels = pod["metadata"]["labels"].items()
        chosen = [one for one in policies if one["podSelector"]["matchLabels"].items() <= labels]
        if not any(not one.get("ingress") and not one.get("egress") for one in chosen):
            yield f"{name} is not denied everything first"
        if len(chosen) < 2:
            yield f"{name} has no policy of its own"
        for one in chosen:
            if set(one["policyTypes"]) != {"Ingress", "Egress"}:
                yield f"{name} has a policy for one direction only"
            for rule, key in [(r, "from") for r in one.get("ingress", ())] + [(r, "to") for r in one.get("egress", ())]:
                if not rule.get(key) or not rule.get("ports"):
                    yield f"{name} may talk to everybody"


def rights_in_the_cluster_are_few(objects: list[Object]) -> Iterator[str]:
    for each in objects:
        if each["kind"].startswith("ClusterRole"):
            yield f"{each['kind']} {each['metadata']['name']}"
        for rule in each.get("rules", ()) if each["kind"] == "Role" else ():
            if rule != {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}:
                yield f"Role {each['metadata']['name']} may do more than look at pods"
    talking = {each["metadata"]["name"] for each in objects if each["kind"] == "RoleBinding"}
    for name, pod in _pods(objects):
        account = pod["spec"].get("serviceAccountName")
        if account is None or pod["spec"].get("automountServiceAccountToken") is not (account in talking):
            yield f"{name} has a token of the cluster that it does not need, or none that it needs"


def evictions_are_bounded(objects: list[Object]) -> Iterator[str]:
    budgets = [each["spec"] for each in objects if each["kind"] == "PodDisruptionBudget"]
    for name, pod in _pods(objects):
        labels = pod["metadata"]["labels"].items()
        if sum(one["selector"]["matchLabels"].items() <= labels for one in budgets) != 1:
            yield f"{name} has no budget of its own"


RULES: tuple[Rule, ...] = (
    nobody_is_root,
    containers_can_do_little,
    nothing_of_the_node_is_shared,
    documents_are_only_read,
    secrets_are_named_only,
    images_are_named_by_digest,
    resources_are_limited,
    servers_are_probed,
    every_pod_has_network_policies,
    rights_in_the_cluster_are_few,
    evictions_are_bounded,
)


def broken(objects: list[Object]) -> list[str]:
    """What breaks a rule."""
    return [said for rule in RULES for said in rule(objects)]
