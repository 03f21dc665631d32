"""Attacks on files: reading what is secret, changing what is not the reader's."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import stat

from tests.fakes.hostile_reader.targets import Attack, Targets, call


def read(path: str) -> str:
    with open(path, "rb") as file:
        return file.read(4096).decode("latin-1")


def read_parents_descriptors(targets: Targets) -> str:
    folder = f"/proc/{targets.parent}/fd"
    return ",".join(os.listdir(folder))


def read_by_handle(targets: Targets) -> str:
    handle = ctypes.create_string_buffer((128).to_bytes(4, "little") + bytes(132), 136)
    mount = ctypes.c_int()
    folder = os.open("/", os.O_PATH)
    path = os.fsencode(targets.path("secret.txt"))
    call("name_to_handle_at", -100, path, handle, ctypes.byref(mount), 0)
    descriptor = call("open_by_handle_at", folder, handle, os.O_RDONLY)
    return os.read(descriptor, 100).decode()


def read_after_changing_folder(targets: Targets) -> str:
    os.chdir(targets.folder)
    return read("secret.txt")


def read_through_path_descriptor(targets: Targets) -> str:
    descriptor = os.open(targets.path("secret.txt"), os.O_PATH)
    return read(f"/proc/self/fd/{descriptor}")


def read_with_openat2(targets: Targets) -> str:
    how = ctypes.create_string_buffer(24)
    descriptor = call("openat2", -100, os.fsencode(targets.path("secret.txt")), how, 24)
    return os.read(descriptor, 100).decode()


def map_secret(targets: Targets) -> str:
    descriptor = os.open(targets.path("secret.txt"), os.O_RDONLY)
    with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as view:
        return view[:].decode()


def write(targets: Targets, flags: int) -> None:
    os.write(os.open(targets.path("victim.txt"), os.O_WRONLY | flags), b"overwritten")


def reopen_document(targets: Targets) -> None:
    os.write(os.open(f"/proc/self/fd/{targets.document}", os.O_RDWR), b"overwritten")


def map_document(targets: Targets) -> None:
    with mmap.mmap(targets.document, 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE) as view:
        view[0] = 0


def make_device(targets: Targets) -> None:
    os.mknod(targets.path("device"), 0o600 | stat.S_IFCHR, os.makedev(1, 5))


def watch_home(targets: Targets) -> None:
    call("inotify_init1", 0)


def write_own_time(targets: Targets) -> None:
    os.utime(targets.document, (0, 0))


READING: dict[str, Attack] = {
    "the ssh key": lambda targets: read(os.path.expanduser("~/.ssh/id_ed25519")),
    "the catalogue": lambda targets: read(targets.path("catalogue.sqlite")),
    "the engine's key": lambda targets: read(f"/proc/{targets.parent}/environ"),
    "its own environment": lambda targets: "".join(os.environ.get("OPENAI_API_KEY", "")) or _refused(),
    "the password file": lambda targets: read("/etc/passwd"),
    "the shadow file": lambda targets: read("/etc/shadow"),
    "a neighbouring document": lambda targets: read(targets.path("secret.txt")),
    "a secret by openat": lambda targets: os.open("secret.txt", os.O_RDONLY, dir_fd=os.open(targets.folder, os.O_PATH)),
    "a secret by openat2": read_with_openat2,
    "a secret after chdir": read_after_changing_folder,
    "a secret through a path descriptor": read_through_path_descriptor,
    "a secret by its file handle": read_by_handle,
    "a secret by mapping it": map_secret,
    "a secret through a symbolic link": lambda targets: read(targets.path("link.txt")),
    "the folder of the document": lambda targets: os.listdir(targets.folder),
    "the root folder": lambda targets: os.listdir("/"),
    "the parent's memory": lambda targets: read(f"/proc/{targets.parent}/mem"),
    "the parent's map": lambda targets: read(f"/proc/{targets.parent}/maps"),
    "the parent's descriptors": read_parents_descriptors,
    "the parent's folder": lambda targets: os.listdir(f"/proc/{targets.parent}/cwd"),
    "the parent's command": lambda targets: read(f"/proc/{targets.parent}/cmdline"),
    "the list of processes": lambda targets: os.listdir("/proc"),
    "the machine's name and network": lambda targets: read("/etc/resolv.conf"),
    "the kernel's log": lambda targets: call("syslog", 3, ctypes.create_string_buffer(100), 100),
    "physical memory": lambda targets: read("/dev/mem"),
    "a terminal": lambda targets: os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY),
    "a disk": lambda targets: read("/dev/vda"),
    "notices of what you save": watch_home,
    "notices of what everybody saves": lambda targets: call("fanotify_init", 0, 0),
}

WRITING: dict[str, Attack] = {
    "overwrite a file": lambda targets: write(targets, 0),
    "overwrite from the start": lambda targets: write(targets, os.O_TRUNC),
    "append to a file": lambda targets: write(targets, os.O_APPEND),
    "truncate a file": lambda targets: os.truncate(targets.path("victim.txt"), 0),
    "delete a file": lambda targets: os.unlink(targets.path("victim.txt")),
    "rename a file": lambda targets: os.rename(targets.path("victim.txt"), targets.path("other.txt")),
    "create a file": lambda targets: os.open(targets.path("new.txt"), os.O_WRONLY | os.O_CREAT),
    "create a nameless file": lambda targets: os.open(targets.folder, os.O_WRONLY | os.O_TMPFILE),
    "create a folder": lambda targets: os.mkdir(targets.path("new")),
    "delete a folder": lambda targets: os.rmdir(targets.empty_folder),
    "change the mode of a file": lambda targets: os.chmod(targets.path("victim.txt"), 0o777),
    "change the owner of a file": lambda targets: os.chown(targets.path("victim.txt"), 12345, 12345),
    "change the time of a file": lambda targets: os.utime(targets.path("victim.txt"), (0, 0)),
    "set an attribute of a file": lambda targets: os.setxattr(targets.path("victim.txt"), "user.mark", b"x"),
    "make a symbolic link": lambda targets: os.symlink(targets.path("secret.txt"), targets.path("new-link")),
    "make a hard link": lambda targets: os.link(targets.path("secret.txt"), targets.path("new-link")),
    "make a pipe": lambda targets: os.mkfifo(targets.path("pipe")),
    "make a device": make_device,
    "write to the document": lambda targets: os.write(targets.document, b"overwritten"),
    "write to a place in the document": lambda targets: os.pwrite(targets.document, b"overwritten", 0),
    "truncate the document": lambda targets: os.ftruncate(targets.document, 0),
    "reopen the document for writing": reopen_document,
    "map the document for writing": map_document,
    "change the mode of the document": lambda targets: os.fchmod(targets.document, 0o777),
    "change the time of the document": write_own_time,
    "lock the document": lambda targets: fcntl.flock(targets.document, fcntl.LOCK_EX),
    "lease the document": lambda targets: fcntl.fcntl(targets.document, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    "grow the document": lambda targets: os.posix_fallocate(targets.document, 0, 1 << 20),
    "hide in shared memory": lambda targets: os.open(f"/dev/shm/{targets.segment}", os.O_RDWR | os.O_CREAT),
    "write to the null device": lambda targets: os.open("/dev/null", os.O_WRONLY),
}


def _refused() -> str:
    raise FileNotFoundError
