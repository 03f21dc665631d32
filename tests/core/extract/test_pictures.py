"""Words and days in pictures, audio and video."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from core.errors import FileProblem
from core.extract import read_bytes
from core.extract.unknown_names import says_nothing

XMP = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='r' xmlns:dc='d' xmlns:photoshop='p'>"
    b"<rdf:Description photoshop:Headline='Night' photoshop:City='Calais'><dc:subject><rdf:Bag><rdf:li>coast</rdf:li>"
    b"<rdf:li>lamp</rdf:li></rdf:Bag></dc:subject><dc:creator><rdf:Seq><rdf:li>Ann Keeper</rdf:li></rdf:Seq>"
    b"</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def picture(form: str, **saved: object) -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", (8, 8)).save(packed, form, **saved)
    return packed.getvalue()


def exif(**values: object) -> Image.Exif:
    names = {"ImageDescription": 270, "Artist": 315, "DateTime": 306, "Make": 271, "XPKeywords": 40094}
    found = Image.Exif()
    for name, value in values.items():
        found[names[name]] = value
    return found


@pytest.mark.parametrize(("form", "name"), [("JPEG", b"a.jpg"), ("PNG", b"a.png"), ("WEBP", b"a"), ("TIFF", b"a.txt")])
def test_exif_says_what_who_and_when(form: str, name: bytes) -> None:
    written = exif(ImageDescription="Tower at dusk", Artist="Ann Keeper", DateTime="2024:05:06 21:30:00", Make="Nikon")
    found = read_bytes(picture(form, exif=written), name)
    assert (found.kind, found.text) == ("image", "Ann Keeper\nTower at dusk")
    assert (found.author, found.own_date, found.notes) == ("Ann Keeper", "2024-05-06", ())


def test_xmp_and_windows_keywords_and_comments() -> None:
    keywords = exif(XPKeywords="oil;wick\0".encode("utf-16-le"))
    found = read_bytes(picture("JPEG", xmp=XMP, exif=keywords, comment=b"Seen from the sea"), b"a.jpg")
    assert (found.title, found.author) == ("Night", "Ann Keeper")
    assert set(found.text.split("\n")) == {
        "Night",
        "Calais",
        "coast",
        "lamp",
        "Ann Keeper",
        "oil;wick",
        "Seen from the sea",
    }


def test_iptc() -> None:
    def dataset(number: int, value: bytes) -> bytes:
        return struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value

    data = dataset(120, b"The lamp is lit") + dataset(25, b"coast") + dataset(25, b"night") + dataset(55, b"20240506")
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + bytes(len(data) % 2)
    segment = b"Photoshop 3.0\0" + block
    jpeg = picture("JPEG")
    found = read_bytes(jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:], b"a.jpg")
    assert set(found.text.split("\n")) == {"The lamp is lit", "coast", "night"}
    assert found.own_date == "2024-05-06"


def test_texts_of_a_png() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "Plan of the tower")
    info.add_itxt("Description", "Grüße", zip=True)
    info.add_text("Software", "painter")
    found = read_bytes(picture("PNG", pnginfo=info), b"a.png")
    assert (found.title, found.text) == ("Plan of the tower", "Plan of the tower\nGrüße")


def test_a_picture_without_words_stays_known_by_its_name_unless_it_has_a_day() -> None:
    assert says_nothing(read_bytes(picture("GIF"), b"a.gif"))
    assert read_bytes(picture("BMP"), b"a.bmp").kind == "image"
    assert says_nothing(read_bytes(picture("JPEG", exif=exif(ImageDescription="OLYMPUS DIGITAL CAMERA")), b"a.jpg"))
    assert not says_nothing(read_bytes(picture("JPEG", exif=exif(DateTime="2024:05:06 21:30:00")), b"a.jpg"))


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe1\xff\xff", b"\x89PNG\r\n\x1a\n" + b"\0" * 30, b"II*\0\xff\xff\xff\xff"]
)
def test_a_damaged_picture_is_refused(data: bytes) -> None:
    with pytest.raises(FileProblem, match="broken"):
        read_bytes(data, b"a.jpg")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_bombs_in_pictures() -> None:
    head = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = zlib.compress(b"a" * 100_000_000)
    with pytest.raises(FileProblem, match="broken"):  # 3.6 billion pixels, and a text of 100 MB
        read_bytes(head + png_chunk(b"zTXt", b"Comment\0\0" + bomb) + png_chunk(b"IEND", b""), b"a.png")
    laughs = b"".join(b"<!ENTITY a%d '%s'>" % (level + 1, b"&a%d;" % level * 10) for level in range(9))
    declared = b"<!DOCTYPE a [<!ENTITY a0 'ha'>" + laughs + b"]><x:xmpmeta"
    entities = XMP.replace(b"<x:xmpmeta", declared).replace(b"Night", b"&a9;")
    assert len(read_bytes(picture("JPEG", xmp=entities, comment=b"Seen"), b"a.jpg").text) < 30_000


def mp3(**frames: str) -> bytes:
    body = b"".join(
        name.encode() + struct.pack(">IH", len(text.encode()) + 1, 0) + b"\3" + text.encode()
        for name, text in frames.items()
    )
    size = len(body)
    syncsafe = bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    return b"ID3\3\0\0" + syncsafe + body + (b"\xff\xfb\x90\0" + bytes(413)) * 20


def test_tags_of_audio() -> None:
    found = read_bytes(mp3(TIT2="Lamp song", TPE1="Ann Keeper", TALB="Coast", TYER="2024"), b"a.mp3")
    assert (found.kind, found.title, found.author) == ("media", "Lamp song", "Ann Keeper")
    assert set(found.text.split("\n")) == {"Lamp song", "Ann Keeper", "Coast"}
    assert read_bytes(mp3(TIT2="Lamp song"), b"unnamed").title == "Lamp song"
    assert says_nothing(read_bytes(mp3(), b"a.mp3"))


@pytest.mark.parametrize(
    "data", [b"ID3" + b"\xff" * 64, b"fLaC" + b"\xff" * 64, b"\0\0\0\x18ftypmp42" + b"\xff" * 64, b"OggS" + bytes(64)]
)
def test_damaged_audio_is_refused_or_empty(data: bytes) -> None:
    try:
        found = read_bytes(data, b"a.mp3")
    except FileProblem as problem:
        assert problem.code == "broken"  # noqa: PT017 - both outcomes are right
    else:
        assert says_nothing(found)
