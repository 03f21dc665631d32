"""The text of engines, models and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import team
from core.events import EngineStatus
from core.messages import ntr, sentences, terms, tr
from core.settings import Settings

if TYPE_CHECKING:
    from core.library import Capabilities, EngineAction, EngineJob, EngineKind, Missing, ModelCapability, Which

SEPARATOR = " · "
SHORTEST = 60.0  # seconds; a shorter time is an estimate of no use


def title(which: Which) -> str:
    """What a server is for."""
    return tr("Semantic search") if which == "embedding" else tr("Reranking")


def kind_of(engine: str) -> EngineKind:
    """What an engine can do. The library is imported late: it is not loaded before the first paint."""
    from core import library

    return library.kind_of(engine)


def model(name: str) -> str:
    """A model's display name."""
    from core.library import model_named

    return tr(model_named(name).title) if name else tr("None")


def model_description(name: str) -> str:
    """What a model is good at, in one sentence."""
    from core.library import model_named

    return tr(model_named(name).summary)


def location(engine: str) -> str:
    """Where an engine runs, as a choice."""
    return tr(kind_of(engine).title)


def location_short(engine: str) -> str:
    """Where an engine runs, beside its model."""
    return tr(kind_of(engine).location)


def location_description(engine: str) -> str:
    """What to know before an engine is chosen; of the graphics card until it has been detected."""
    return tr(kind_of(engine).summary)


def in_use(settings: Settings) -> str:
    """The model in use and where it runs, in one line."""
    return tr("{model}, {location}", model=model(settings.model), location=location_short(settings.engine))


def running(status: EngineStatus) -> str:
    """The model that an engine runs and where, in one line; "" where neither is known."""
    if not status.name or not status.model:
        return ""
    from core.library import title_of_served

    title = tr(title_of_served(status.model))
    return tr("{model}, {location}", model=title, location=location_short(status.name))


def state(status: EngineStatus) -> tuple[str, str, str]:
    """(text, symbol, colour) of an engine's state."""
    if status.is_unavailable:
        return tr("Not available"), "warning", "bad"
    return {
        "stopped": (tr("Off"), "pause", "dim"),
        "installing": (tr("Installing"), "refresh", "accent"),
        "downloading": (tr("Downloading"), "refresh", "accent"),
        "starting": (tr("Starting"), "refresh", "accent"),
        "ready": (tr("Ready"), "check", "good"),
        "busy": (tr("Working"), "play", "accent"),
        "stopping": (tr("Stopping"), "refresh", "dim"),
        "released": (tr("Asleep"), "pause", "dim"),
    }.get(status.state, (status.state, "", "dim"))


def action(name: EngineAction, status: EngineStatus) -> str:
    """The label of a server card's button; "" where there is nothing to do."""
    if name == "start" and status.state == "released":
        return tr("Wake up")
    return {
        "": "",
        "install": tr("Install…"),
        "download": tr("Download model…"),
        "start": tr("Start"),
        "stop": tr("Stop"),
        "release": tr("Release graphics card"),
        "retry": tr("Try again"),
        "cancel": tr("Cancel"),
        "check": tr("Test connection"),
    }[name]


def model_cost(capability: ModelCapability) -> str:
    """What a model for the graphics card costs on this computer: memory, download, time to index."""
    parts = [tr("{memory:memory} of graphics memory", memory=capability.needs.memory)]
    if capability.weights == "ready":
        parts.append(tr("downloaded"))
    else:
        parts.append(tr("{size:size} download", size=capability.needs.download))
    if capability.seconds is not None:
        parts.append(tr("about {time:duration} to index your documents", time=max(capability.seconds, SHORTEST)))
    return SEPARATOR.join(parts)


def reindexing(seconds: float | None) -> str:
    """What changing the model means for the documents; `seconds` is an estimate, None: unknown."""
    if seconds is None:
        return tr("Changing the model re-indexes your documents.")
    return tr("Re-indexing your documents takes about {time:duration}.", time=max(seconds, SHORTEST))


def job_progress(job: EngineJob) -> str:
    """A running job and its progress."""
    if job.state == "cancelling":
        return tr("Cancelling. Downloaded files are kept.")
    parts = [job.sentence or tr("Preparing…")]
    if job.total:
        parts.append(tr("{done:size} of {total:size}", done=job.done, total=job.total))
    if job.rate >= 1:
        parts.append(tr("{rate:size}/s", rate=job.rate))
    if job.eta is not None:
        parts.append(tr("{time:duration} left", time=job.eta))
    return SEPARATOR.join(parts)


def job_short(job: EngineJob) -> str:
    """A running job for the status bar."""
    share = min(99, 100 * job.done // job.total) / 100 if job.total else None
    if job.kind == "download":
        return tr("Downloading model") if share is None else tr("Downloading model: {share:percent}", share=share)
    if job.kind == "verify":
        return tr("Checking model") if share is None else tr("Checking model: {share:percent}", share=share)
    return tr("Installing engine") if share is None else tr("Installing engine: {share:percent}", share=share)


def job_result(job: EngineJob) -> str:
    """The outcome of a job that has ended; "" where the new state shows it."""
    if job.state == "failed":
        return sentences(job.sentence, job.remedy)
    if job.state == "cancelled":
        return tr("Cancelled. Downloaded files are kept, so you can continue later.")
    return tr("All files of the model are intact.") if job.kind == "verify" else ""


def memory(used: int, budget: int, total: int, free: int) -> str:
    """The memory of an engine in bytes: in use, its budget, and that of the graphics card."""
    parts = []
    if used and budget:
        parts.append(tr("{used:memory} of {budget:memory} in use", used=used, budget=budget))
    elif used:
        parts.append(tr("{used:memory} in use", used=used))
    elif budget:
        parts.append(tr("Uses up to {budget:memory}", budget=budget))
    if total:
        parts.append(tr("graphics card: {total:memory}, {free:memory} free", total=total, free=free))
    return SEPARATOR.join(parts)


def machine(capabilities: Capabilities) -> str:
    """Which models the graphics card of this computer can run, or why it cannot be used."""
    if capabilities.machine.trouble:
        return f"{capabilities.machine.trouble} {capabilities.machine.remedy}".strip()
    card = capabilities.machine.gpus[0]
    names = [model(each.model) for each in capabilities.models if each.fit.ok]
    facts = {"card": card.name, "memory": card.total}
    if not names:
        return tr("{card}, {memory:memory}. No model fits.", **facts)
    if len(names) == 1:
        return tr("{card}, {memory:memory}. One model fits: {model}.", **facts, model=names[0])
    return tr("{card}, {memory:memory}. Models that fit: {models}.", **facts, models=terms.listed(names))


def downloading(missing: Missing) -> str:
    """What is to be downloaded, how large it is, and that it can be stopped."""
    names = [tr("SGLang, the engine for graphics cards")] if missing.runtime else []
    names += [tr("the model {name}", name=model(name)) for name in missing.models]
    return tr(
        "Findling downloads from the internet: {items}. The download is {download:size} and takes up {disk:size} on "
        "disk. You can stop it at any time and continue later.",
        items=terms.listed(names, tr("; ")),
        download=missing.download,
        disk=missing.disk,
    )


def changing_model(passages: int, seconds: float | None, *, stays_searchable: bool) -> str:
    """What a change of the model costs; `stays_searchable`: the present model answers until the new one is ready."""
    if seconds is None:
        costs = ntr(
            "The new model re-indexes your documents ({count} passage).",
            "The new model re-indexes your documents ({count} passages).",
            passages,
        )
    else:
        costs = ntr(
            "The new model re-indexes your documents ({count} passage). This takes about {time:duration}.",
            "The new model re-indexes your documents ({count} passages). This takes about {time:duration}.",
            passages,
            time=max(seconds, SHORTEST),
        )
    until = tr("Until it is ready, Findling keeps using the present model.")
    if not stays_searchable:
        until = tr("Until it is ready, you can search by name and words, and by meaning in what is indexed so far.")
    return f"{costs} {until} {tr('You can switch back at any time without re-indexing.')}"


def leaves_computer(settings: Settings) -> str:
    """What leaves this computer with these settings, and to the team library that is asked."""
    from core.library import receivers

    server, vector_server = receivers(settings)
    asked = team.asked_host()
    if asked and not (server or vector_server):
        return tr(
            "The text of each search, which goes to the team library at {server}. Your documents and their names stay "
            "here.",
            server=asked,
        )
    said = _sent(server, vector_server)
    if asked:
        also = tr("The text of each search goes to the team library at {server}, too.", server=asked)
        return f"{said} {also}"
    return said


def _sent(server: str, vector_server: str) -> str:
    """What is sent to the hosts that receive text and vectors, each "" for none."""
    if server and vector_server:
        store = tr("The vector store {server} receives their vectors.", server=vector_server)
        return f"{sending(server)} {store}"
    if server:
        return sending(server)
    if vector_server:
        return tr(
            "Numbers made from your documents and queries go to {server}, the vector store. Their subjects can be "
            "guessed from these, but no text is sent.",
            server=vector_server,
        )
    return tr("Nothing. Your documents, their names and your searches stay here.")


def sending(host: str) -> str:
    """What leaves this computer when another one runs the model."""
    return tr(
        "The text of all your documents and every query you type are sent to {host}. Whoever runs that server can "
        "read them. File names and folders are not sent.",
        host=host,
    )
