"""Messages about recognizing text in scans and pictures (OCR)."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "ocr.tesseract_missing": Template(
        mark("Reading text in scans needs Tesseract, which is not installed."),
        mark("Install the package tesseract-ocr (on Fedora and Arch: tesseract), and start Findling again."),
    ),
    "ocr.no_languages": Template(
        mark("No languages are installed for Tesseract."),
        mark("Install one, such as the package tesseract-ocr-eng, and start Findling again."),
    ),
    "ocr.language_missing": Template(
        mark("Languages chosen for scans are not installed: {languages}."),
        mark("Install their packages, such as tesseract-ocr-deu for German, or choose others in Settings > Files."),
    ),
    "ocr.not_starting": Template(
        mark("The process that reads text in scans does not start ({detail})."),
        mark("Install Tesseract and its languages again, and start Findling again."),
    ),
}
