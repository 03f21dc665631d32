"""Keeps a copy of a Secret's file that only this user can read, as `findling serve` asks for.

Kubernetes gives a Secret's files to root, or to all of a group.
"""

import os
import signal
import sys
import time

INTERVAL = 5.0  # seconds


def copy(source: str, target: str) -> None:
    with open(source, "rb") as file:
        content = file.read()
    try:
        with open(target, "rb") as file:
            if file.read() == content:
                return
    except FileNotFoundError:
        pass
    part = f"{target}.part"
    with open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    os.replace(part, target)


def main(source: str, target: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        try:
            copy(source, target)
        except OSError as error:  # the Secret is being replaced
            print(error, file=sys.stderr, flush=True)
        time.sleep(INTERVAL)


if __name__ == "__main__":
    main(*sys.argv[1:])
