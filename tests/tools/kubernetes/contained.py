"""python -m tests.tools.kubernetes.contained ROOT --seccomp PROFILE [--runc PROGRAM]: run the pod in a container.

ROOT is the file system of the image (`buildah mount`, `podman mount`), PROGRAM is runc, PROFILE the default seccomp
profile of a container runtime, such as /usr/share/containers/seccomp.json. The containers of the stored objects get the
user, groups, rights and volumes of their pod, in the order in which a kubelet starts them, and no network. Then the
probes are run, a question is asked over TLS, and the readers must be confined. Needs root.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.packaging.kubernetes.chart import Object, containers_of, pod_of, stored

TOKEN = "a token of more than sixteen characters"
WORDS = "The harbour is closed in winter, from December to March."
ASK = """
import http.client, json, ssl, sys
context = ssl._create_unverified_context()
connection = http.client.HTTPSConnection("127.0.0.1", 8443, timeout=60, context=context)
connection.request("GET", sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]})
print(connection.getresponse().read().decode())
"""


class Pod:
    """The pod of `findling serve`, in a folder of its own."""

    def __init__(self, root: Path, runc: str, seccomp: Path, folder: Path) -> None:
        self._root, self._folder = root, folder
        self._runc = [runc, "--root", str(folder / "state")]
        profile = json.loads(seccomp.read_text(encoding="utf-8"))
        # The rules that ask for capabilities are left out: there are none.
        rules = [rule for rule in profile["syscalls"] if not rule.get("includes", {}).get("caps")]
        kept = ("names", "action", "args", "errnoRet")
        self._seccomp = {
            "defaultAction": profile["defaultAction"],
            "defaultErrnoRet": profile.get("defaultErrnoRet", 1),
            "architectures": ["SCMP_ARCH_X86_64"],
            "syscalls": [{name: rule[name] for name in kept if rule.get(name) is not None} for rule in rules],
        }
        objects = stored("small")[1]
        (self._pod,) = [pod_of(each) for each in objects if each["kind"] == "StatefulSet"]
        (data,) = [each["data"] for each in objects if each["kind"] == "ConfigMap"]
        self._user = self._pod["spec"]["securityContext"]
        self._fill(data)

    def run(self, name: str) -> None:
        """Run a container to its end."""
        subprocess.run([*self._runc, "run", "--bundle", self._bundle(name), name], check=True)

    @contextmanager
    def running(self, name: str) -> Iterator[subprocess.Popen[bytes]]:
        """A container that runs until the end, when it is asked to end."""
        process = subprocess.Popen([*self._runc, "run", "--bundle", self._bundle(name), name])
        try:
            yield process
        finally:
            subprocess.run([*self._runc, "kill", name, "TERM"], check=False)
            process.wait(120)

    def inside(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a running container, as a probe or `kubectl exec` does."""
        return subprocess.run([*self._runc, "exec", name, *command], capture_output=True, text=True, check=False)

    def container(self, name: str) -> Object:
        (found,) = [each for each in containers_of(self._pod) if each["name"] == name]
        return found

    def _place(self, volume: str) -> Path:
        return self._folder / "volumes" / volume

    def _fill(self, data: dict[str, str]) -> None:
        """Make the volumes with the owners and modes that a kubelet gives them."""
        group = self._user["fsGroup"]
        for volume in [*self._pod["spec"]["volumes"], {"name": "library"}]:
            place = self._place(volume["name"])
            place.mkdir(parents=True)
            os.chown(place, 0, group)
            os.chmod(place, 0o2777 if "emptyDir" in volume else 0o2775)
        for name, text in data.items():
            (self._place("configuration") / name).write_text(text, encoding="utf-8")
        tls = self._place("tls")
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        keys = ["-out", tls / "tls.crt", "-keyout", tls / "tls.key"]
        subprocess.run([*made, *keys], check=True, capture_output=True)
        (self._place("secret") / "token").write_text(TOKEN, encoding="utf-8")
        for file in (*tls.iterdir(), self._place("secret") / "token"):
            os.chown(file, 0, group)
            os.chmod(file, 0o440)
        (self._place("documents-archive") / "note.txt").write_text(WORDS, encoding="utf-8")

    def _bundle(self, name: str) -> Path:
        """The folder with the configuration of a container, as runc takes it."""
        folder = self._folder / "bundles" / name
        folder.mkdir(parents=True)
        subprocess.run([*self._runc, "spec"], cwd=folder, check=True)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        container = self.container(name)
        config["root"] = {"path": str(self._root), "readonly": container["securityContext"]["readOnlyRootFilesystem"]}
        variables = [f"{each['name']}={each['value']}" for each in container.get("env", ())]
        user = {"uid": self._user["runAsUser"], "gid": self._user["runAsGroup"]}
        config["process"] |= {
            "terminal": False,
            "user": {**user, "additionalGids": [self._user["fsGroup"]]},
            "args": [*container.get("command", ()), *container.get("args", ())],
            "env": ["PATH=/usr/local/bin:/usr/bin:/bin", *variables],
            "capabilities": {kind: [] for kind in ("bounding", "effective", "permitted")},
            "noNewPrivileges": not container["securityContext"]["allowPrivilegeEscalation"],
        }
        config["mounts"] = [each for each in config["mounts"] if each["destination"] != "/sys/fs/cgroup"]
        config["mounts"] += [self._mount(each) for each in container["volumeMounts"]]
        config["linux"]["seccomp"] = self._seccomp
        config["linux"].pop("resources", None)
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        return folder

    def _mount(self, mount: Object) -> dict[str, Any]:
        options = ["bind", "ro" if mount.get("readOnly") else "rw", "nosuid", "nodev"]
        source = str(self._place(mount["name"]))
        return {"destination": mount["mountPath"], "type": "bind", "source": source, "options": options}


def wait_for(pod: Pod, name: str, probe: Object) -> None:
    """Wait until a probe succeeds, as long as its container may take."""
    for _ in range(probe["failureThreshold"]):
        if pod.inside(name, *probe["exec"]["command"]).returncode == 0:
            return
        time.sleep(probe["periodSeconds"])
    raise TimeoutError(name)


def asked(pod: Pod, path: str) -> Any:
    """The answer to a question over TLS."""
    done = pod.inside("serve", "/opt/findling/bin/python", "-I", "-c", ASK, f"/v1/{path}", TOKEN)
    return json.loads(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--runc", default="runc")
    parser.add_argument("--seccomp", type=Path, required=True)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pod = Pod(chosen.root.resolve(), chosen.runc, chosen.seccomp, Path(folder))
        with pod.running("access"):
            wait_for(pod, "access", pod.container("access")["startupProbe"])
            pod.run("settings")
            with pod.running("serve") as process:
                wait_for(pod, "serve", pod.container("serve")["startupProbe"])
                while asked(pod, "status")["passages"] != {"done": 1, "total": 1}:
                    time.sleep(1)
                status, found = asked(pod, "status"), asked(pod, "search?q=harbour")
                written = pod.inside("serve", "touch", "/srv/archive/x", "/x").returncode == 0
                backup = pod.inside("serve", "/opt/findling/bin/python", "-I", "/etc/findling/backup.py").stdout.strip()
            results = {
                "readers are confined": status["readers_confined"],
                "the document is found": [hit["path"] for hit in found["hits"]] == ["/srv/archive/note.txt"],
                "root and documents are read only": not written,
                "a backup was made": backup.endswith(".sqlite"),
                "it ended when it was asked to": process.returncode == 0,
            }
    for name, is_so in results.items():
        print(f"{name}: {'yes' if is_so else 'NO'}")
    return 0 if all(results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
