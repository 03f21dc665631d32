"""Engines, models and what they cost, as words for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from core.events import EngineStatus
from core.settings import Settings
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Capabilities, EngineAction, EngineJob, Missing, ModelCapability, Which

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def tr(text: str) -> str:
    """The sentence in the person's language."""
    return QCoreApplication.translate("engine", text)


def memory_size(count: int) -> str:
    """Bytes of memory, as makers of graphics cards count them."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeIecFormat)


def data_size(count: int) -> str:
    """Bytes of a download or a disk, as those are counted."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def title(which: Which) -> str:
    """What a server is for."""
    return tr("Finding by meaning") if which == "embedding" else tr("Best first")


def model(name: str) -> str:
    """A model as a person calls it."""
    return {
        "multilingual": tr("Multilingual"),
        "english": tr("English"),
        "qwen3-0.6b": tr("Qwen3 0.6B"),
        "qwen3-4b": tr("Qwen3 4B"),
        "qwen3-8b": tr("Qwen3 8B"),
        "qwen3-reranker-0.6b": tr("Qwen3 Reranker 0.6B"),
        "qwen3-reranker-4b": tr("Qwen3 Reranker 4B"),
        "": tr("None"),
    }.get(name, name)


def character(name: str) -> str:
    """What speaks for a model, in one sentence."""
    return {
        "multilingual": tr("About 100 languages, also across them: ask in one, find in another."),
        "english": tr("For English documents only. About twice as fast, and smaller."),
        "qwen3-0.6b": tr("Over 100 languages, long passages. Small and quick."),
        "qwen3-4b": tr("Understands more of what you mean, and takes longer."),
        "qwen3-8b": tr("The largest: for a large card, and for patience."),
    }.get(name, "")


def place(engine: str) -> str:
    """Where an engine runs."""
    return {
        "builtin": tr("On this computer’s processor"),
        "sglang": tr("On this computer’s graphics card"),
        "remote": tr("On another computer"),
    }[engine]


def place_short(engine: str) -> str:
    """Where an engine runs, behind the name of its model."""
    return {
        "builtin": tr("on the processor"),
        "sglang": tr("on the graphics card"),
        "remote": tr("on another computer"),
    }[engine]


def in_use(settings: Settings) -> str:
    """The model and where it runs, in one line."""
    return tr("{model}, {place}").format(model=model(settings.model), place=place_short(settings.engine))


def state(status: EngineStatus) -> tuple[str, str, str]:
    """(text, symbol, colour) of an engine's state."""
    if messages.engine_in_trouble(status):
        return tr("Not available"), "warning", "bad"
    return {
        "stopped": (tr("Off"), "pause", "dim"),
        "installing": (tr("Being installed"), "refresh", "accent"),
        "downloading": (tr("Being downloaded"), "refresh", "accent"),
        "starting": (tr("Starting"), "refresh", "accent"),
        "ready": (tr("Ready"), "check", "good"),
        "busy": (tr("Working"), "play", "accent"),
        "stopping": (tr("Stopping"), "refresh", "dim"),
        "released": (tr("Asleep"), "pause", "dim"),
    }.get(status.state, (status.state, "", "dim"))


def step(name: EngineAction, status: EngineStatus) -> str:
    """The words on the one button that makes sense now."""
    if name == "start" and status.state == "released":
        return tr("Wake it up")
    return {
        "": "",
        "install": tr("Install…"),
        "download": tr("Get the model…"),
        "start": tr("Start"),
        "stop": tr("Stop"),
        "release": tr("Release graphics card"),
        "retry": tr("Try again"),
        "cancel": tr("Cancel"),
        "check": tr("Check it"),
    }[name]


def about(seconds: float) -> str:
    """A length of time as an estimate says it."""
    if seconds < _MINUTE:
        return tr("less than a minute")
    if seconds < _HOUR:
        return messages.counted(round(seconds / _MINUTE), tr("about a minute"), tr("about {} min"))
    if seconds < 2 * _DAY:
        return messages.counted(round(seconds / _HOUR), tr("about an hour"), tr("about {} h"))
    return tr("about {} days").format(messages.number(round(seconds / _DAY)))


def price(look: ModelCapability) -> str:
    """What a model for the graphics card costs here: memory, download, time."""
    parts = [tr("{} of the card").format(memory_size(look.needs.memory))]
    parts.append(
        tr("is here already")
        if look.weights == "ready"
        else tr("{} to download").format(data_size(look.needs.download))
    )
    if look.seconds is not None:
        parts.append(tr("your folders: {}").format(about(look.seconds)))
    return " · ".join(parts)


def job(what: EngineJob) -> str:
    """What is being fetched, and how far it is."""
    if what.state == "cancelling":
        return tr("Being cancelled. What was fetched is kept.")
    parts = [messages.tr(what.sentence) if what.sentence else tr("One moment.")]
    if what.total:
        parts.append(tr("{} of {}").format(data_size(what.done), data_size(what.total)))
    if what.rate >= 1:
        parts.append(tr("{}/s").format(data_size(int(what.rate))))
    if what.eta is not None:
        parts.append(messages.time_left(what.eta))
    return " · ".join(parts)


def job_short(what: EngineJob) -> str:
    """What is being fetched, for the status bar."""
    share = messages.percent(what.done, what.total) if what.total else ""
    sentence = {"download": tr("Downloading model"), "verify": tr("Checking model")}.get(
        what.kind, tr("Installing engine")
    )
    return f"{sentence} {share}".strip()


def ended(what: EngineJob) -> tuple[str, str]:
    """What became of a job: (sentence, remedy); empty where its end shows by itself."""
    if what.state == "failed":
        return messages.tr(what.sentence), messages.tr(what.remedy) if what.remedy else ""
    if what.state == "cancelled":
        return tr("Cancelled. What was fetched is kept, so that it can go on from there."), ""
    if what.kind == "verify":
        return tr("All files of the model are as they should be."), ""
    return "", ""


def memory(used: int, budget: int, total: int, free: int) -> str:
    """The memory an engine takes, against its budget and the card."""
    parts = []
    if used and budget:
        parts.append(tr("{used} of its {budget} in use").format(used=memory_size(used), budget=memory_size(budget)))
    elif budget or used:
        says = tr("may take {}") if budget else tr("{} in use")
        parts.append(says.format(memory_size(budget or used)))
    if total:
        parts.append(tr("card: {total}, {free} free").format(total=memory_size(total), free=memory_size(free)))
    return " · ".join(parts)


def machine(look: Capabilities) -> str:
    """What the graphics card of this computer can do, or why none is used."""
    if look.machine.trouble:
        return f"{messages.tr(look.machine.trouble)} {messages.tr(look.machine.remedy)}".strip()
    card = look.machine.gpus[0]
    names = [model(each.model) for each in look.models if each.fit.ok]
    fit = tr("{} fits").format(names[0]) if len(names) == 1 else tr("{} fit").format(tr(" and ").join(names))
    return tr("{name}, {total}. {fit}.").format(
        name=card.name, total=memory_size(card.total), fit=fit if names else tr("No model fits")
    )


def fetching(missing: Missing) -> str:
    """What is to be fetched, where it goes, and that it can be stopped."""
    names = [tr("SGLang (the engine for graphics cards)")] if missing.sglang else []
    names += [tr("the model {}").format(model(name)) for name in missing.models]
    return tr(
        "This is fetched from the internet: {what}. {download} to download, {disk} on the disk. "
        "It can be stopped at any time and goes on where it was."
    ).format(what=tr(", ").join(names), download=data_size(missing.download), disk=data_size(missing.disk))


def again(passages: int, seconds: float | None, *, goes_on: bool) -> str:
    """What a change of the model costs; `goes_on`: the present one answers until the new one is through."""
    many = messages.counted(passages, tr("1 passage"), tr("{} passages"))
    time = tr(" ({})").format(about(seconds)) if seconds is not None else ""
    until = tr("Until it is through, the present model goes on answering.")
    if not goes_on:
        until = tr("Until it is through, you find by name, by words, and by meaning as far as it has come.")
    kept = tr("What the present model made is kept: changing back costs nothing.")
    return tr("The new model reads your {many} anew{time}. {until} {kept}").format(
        many=many, time=time, until=until, kept=kept
    )


def leaving(host: str) -> str:
    """What leaves this computer when another one embeds."""
    return tr(
        "The text of all your documents, passage by passage, and every question you ask are sent to {}. "
        "Whoever runs that computer can read them. File names and folders are not sent."
    ).format(host)
