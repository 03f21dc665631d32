"""python -m tests.tools.kubernetes [--write]: check the chart in packaging/kubernetes with Helm, without a cluster.

Lints it, renders it with each of the values in tests/packaging/kubernetes/values, validates the objects strictly
against the schemas of three versions of Kubernetes, holds them to the rules in tests/packaging/kubernetes/policy.py,
and shows that values which make no sense are refused. The first run downloads Helm and the schemas (0.1 GB). With
--write it stores the objects, which the tests look at without Helm.
"""

from __future__ import annotations

import argparse
import copy
import sys
from typing import Any

from tests.packaging.kubernetes.chart import CASES, COMMAND, digest, store, stored, values_of
from tests.packaging.kubernetes.policy import broken
from tests.tools.kubernetes.helm import VERSIONS, RefusedError, rendered

SIGN_IN = {"issuer": "https://login.example.org", "clientId": "findling", "network": [{"podSelector": {}}]}
# What makes no sense, and a word of the reason.
SENSELESS: dict[str, tuple[dict[str, Any], str]] = {
    "no digest": ({"image": {"digest": ""}}, "image.digest is needed"),
    "a tag instead": ({"image": {"repository": "registry.example/findling:latest"}}, "repository"),
    "root": ({"serve": {"user": 0}}, "user"),
    "two kinds of access": ({"access": {"tokenSecret": "a", "usersSecret": "b"}}, "one of access"),
    "no access": ({"access": {"tokenSecret": "", "usersSecret": ""}}, "one of access"),
    "a sign-in in clear": ({"access": {"signIn": {"issuer": "http://login.example.org"}}}, "issuer"),
    "a sign-in without people": ({"access": {"signIn": SIGN_IN}}, "usersSecret is needed"),
    "a sign-in that nobody may ask": (
        {"access": {"tokenSecret": "", "usersSecret": "a", "signIn": SIGN_IN | {"network": []}}},
        "signIn.network is needed",
    ),
    "no certificate": ({"tls": {"secretName": ""}}, "tls.secretName is needed"),
    "a key in clear": ({"settings": {"remote_key": "abc"}}, "remote_key"),
    "a password in an address": ({"vectors": {"url": "http://me:pw@milvus:1"}}, "url"),
    "a key among the arguments": ({"fleet": {"sglang": {"arguments": ["--api-key=abc"]}}}, "arguments"),
    "a library for several nodes": ({"library": {"accessMode": "ReadWriteMany"}}, "accessMode"),
    "an unknown value": ({"serve": {"replicas": 3}}, "replicas"),
    "Milvus that nobody may ask": ({"vectors": {"url": "http://milvus:1"}}, "vectors.network"),
    "a fleet without weights": ({"fleet": {"enabled": True}}, "is needed"),
}


def merged(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Values with changes in any depth."""
    result = copy.deepcopy(values)
    for name, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(name), dict)
        result[name] = merged(result[name], value) if both else value
    return result


def refusals() -> list[str]:
    """What should be refused, and is not."""
    wrong = []
    for name, (changes, reason) in SENSELESS.items():
        try:
            rendered(merged(values_of("small"), changes), versions=())
        except RefusedError as error:
            if reason not in str(error):
                wrong.append(f"{name}: refused for another reason: {error}")
        else:
            wrong.append(f"{name}: not refused")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="store the objects for the tests")
    chosen = parser.parse_args()
    wrong = refusals()
    for case in CASES:
        objects, said = rendered(values_of(case))
        wrong += [f"{case}: {each}" for each in (*said, *broken(objects))]
        if chosen.write:
            store(case, objects)
        elif stored(case) != (digest(case), objects):
            wrong.append(f"{case}: the stored objects are others; to store them: {COMMAND}")
        print(f"{case}: {len(objects)} objects, Kubernetes {', '.join(VERSIONS)}")
    print(f"{len(SENSELESS)} kinds of values that make no sense")
    for each in wrong:
        print(each, file=sys.stderr)
    print(f"{len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
