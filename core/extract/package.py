"""Documents that are ZIP packages of XML: unpacked within limits, parsed without entities or network."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from core.errors import FileProblem
from core.extract.base import Limits, broken, protected

MIN_DATA_LINE = 40  # characters of a line of base64 that is broken into lines
EMBEDDED_DATA_FROM = 1_000_000  # bytes of XML from which it is searched for embedded data
# The parser stops at a text of 10 MB, as pictures have in flat documents.
_EMBEDDED_DATA = re.compile(rb"(?<=[>,])[A-Za-z0-9+/=\s]{10000,}+(?=[<\"'])")


class Package:
    """The members of a ZIP file, read within limits and only into memory."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError) as error:
            raise broken(error) from error
        self._limits = limits
        self._bytes_left = limits.max_unpacked_bytes
        self._infos = {info.filename.lstrip("/"): info for info in self._zip.infolist()}

    def names(self) -> list[str]:
        return list(self._infos)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str) -> bytes:
        """One member's bytes; FileProblem "broken" if it is missing, "too_large" if it unpacks over a limit."""
        info = self._infos.get(name)
        if info is None:
            raise broken(f"no {name} in the package")
        if info.flag_bits & 1:
            raise protected("encrypted package")
        self._check(info.file_size, info.compress_size, name)
        limit = min(self._limits.max_member_bytes, self._bytes_left)
        try:
            with self._zip.open(info) as member:
                data = member.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise broken(error) from error
        self._check(len(data), info.compress_size, name)
        self._bytes_left -= len(data)
        return data

    def size(self, name: str) -> int:
        """The bytes of a member, as the package says."""
        return self._infos[name].file_size

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        """A member's bytes in pieces of `size`, of which one is kept at a time; FileProblem as in `read`."""
        info = self._infos[name]
        if info.flag_bits & 1:
            raise protected("encrypted package")
        at = 0
        try:
            with self._zip.open(info) as member:
                while piece := member.read(size):
                    at += len(piece)
                    self._bytes_left -= len(piece)
                    if self._bytes_left < 0:
                        raise FileProblem("too_large", f"unpacks to more than {self._limits.max_unpacked_bytes} bytes")
                    self._check_ratio(at, info.compress_size, name)
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise broken(error) from error

    def _check(self, size: int, packed: int, name: str) -> None:
        limits = self._limits
        if size > min(limits.max_member_bytes, self._bytes_left):
            raise FileProblem("too_large", f"{name} unpacks to more than {limits.max_member_bytes} bytes")
        self._check_ratio(size, packed, name)

    def _check_ratio(self, size: int, packed: int, name: str) -> None:
        if size > self._limits.ratio_from and size > self._limits.max_ratio * max(packed, 1):
            raise FileProblem("too_large", f"{name} unpacks to {size} bytes from {packed}")

    def xml(self, name: str) -> etree._Element:
        """One member as XML; FileProblem as in `read`, or "broken" if it is not XML."""
        return parse_xml(self.read(name), name)

    def xml_or_none(self, name: str) -> etree._Element | None:
        """One member as XML, or None if it is missing or damaged: for optional members."""
        try:
            return self.xml(name) if name in self else None
        except FileProblem:
            return None


def parse_xml(data: bytes, name: str = "") -> etree._Element:
    """The root of an XML document, recovered if damaged; expands no entities and loads nothing external.

    Embedded pictures (base64) are left out.
    """
    if len(data) > EMBEDDED_DATA_FROM:
        data = _EMBEDDED_DATA.sub(_without_data, data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        recover=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise broken(error) from error
    if root is None:
        raise broken(f"{name} is not XML".strip())
    return root


def _without_data(found: re.Match[bytes]) -> bytes:
    """Nothing in place of base64; plain words, which have a blank now and then, stay."""
    sample = found[0][:2000].split()
    return found[0] if len(sample) > 1 and max(map(len, sample)) < MIN_DATA_LINE else b""


def local(element: etree._Element) -> str:
    """An element's name without its namespace; "" for an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute's value by its name without namespace, or ""."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def first_text(root: etree._Element | None, name: str) -> str:
    """The text of the first non-empty element of that name (without namespace); "" if there is none."""
    if root is None:
        return ""
    for element in root.iter(f"{{*}}{name}"):
        text = "".join(str(piece) for piece in element.itertext())
        if text.strip():
            return text
    return ""
