"""What settings are called in the window, by the names in their file."""

from __future__ import annotations

from core.messages import tr
from core.settings import choices
from gui.engine import engine_text


def title(name: str) -> str:
    """The title of a setting; its name in the file if it has none."""
    return {
        "model": tr("Model"),
        "engine": tr("Where Findling runs its AI model"),
        "remote_url": tr("Server address"),
        "remote_key": tr("API key of the server"),
        "passage_tokens": tr("Passage size"),
        "overlap_tokens": tr("Overlap of passages"),
        "readers": tr("Reading processes"),
        "batch_tokens": tr("Batch size"),
        "requests_in_flight": tr("Requests at once"),
        "max_file_mb": tr("Largest file, in MB"),
        "max_kind_mb": tr("Different limits for file types, in MB"),
        "poll_minutes": tr("Check network folders every … minutes"),
        "hidden_files": tr("Include hidden files and folders"),
        "follow_links": tr("Follow links to folders"),
        "watch": tr("Watch folders for changes"),
        "exclude": tr("Excluded names"),
        "wait_on_battery": tr("Pause while this computer runs on battery"),
        "wait_on_load": tr("Pause while other programs use the processor"),
        "ask_before_embedding": tr("Ask before sending text to my server"),
        "read_archives": tr("Search the files in archives (ZIP, tar, 7z, RAR)"),
        "read_scans": tr("Read text in scans and pictures (OCR)"),
        "ocr_engine": tr("Program that reads scans"),
        "ocr_languages": tr("Languages of scans"),
        "keep_history": tr("Remember what I searched for and opened"),
        "keep_judgements": tr("Learn which results I open"),
        "sglang": tr("SGLang installation"),
        "model_folder": tr("Folder of the model"),
        "gpus": tr("Graphics cards"),
        "memory_gib": tr("Graphics memory, in GiB"),
        "idle_minutes": tr("Release the graphics card after … minutes"),
        "hub": tr("Download from"),
        "hub_mirror": tr("Mirror for downloads"),
        "proxy": tr("Proxy"),
        "reranker": tr("Reranking model"),
        "reranker_folder": tr("Folder of the reranking model"),
        "reranker_memory_gib": tr("Graphics memory for reranking, in GiB"),
        "language": tr("Language"),
        "look": tr("Appearance"),
        "results/density": tr("Result list"),
        "results/thumbnails": tr("Small pictures in the result list"),
        "resident/hotkey": tr("Keys of the quick search"),
        "resident/keep_in_tray": tr("Keep Findling in the system tray when I close the window"),
        "resident/without_tray": tr("Without a system tray, closing the window means"),
        "resident/rest_minutes": tr("While hidden and idle, unload the AI model after"),
    }.get(name, name)


def value(name: str, text: str) -> str:
    """A value as the window words it."""
    if name in {"model", "reranker"} and text in choices(name):
        return engine_text.model(text)
    if name == "engine" and text in choices(name):
        return engine_text.location(text)
    return {"true": tr("On"), "false": tr("Off")}.get(text, text)
