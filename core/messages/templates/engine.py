"""Engines: how they start and end, whether a server serves the right model, and the reranker."""

from core.messages.message import Template
from core.messages.translate import mark

_CHECK_SERVER = mark("Check its address in the settings, and that it is running.")
_CHECK_LIMITS = mark("Check that it serves the chosen model, and how long its texts may be.")
_CHECK_MODEL = mark("Choose the model that it serves in the settings, or start it with the chosen one.")
_CHECK_RERANKER = mark("Choose the folder of a Qwen3-Reranker model, or verify its files in the engine panel.")

TEMPLATES: dict[str, Template] = {
    "engine.starting": Template(mark("The engine is starting.")),
    "engine.still_starting": Template(mark("The engine is still starting.")),
    "engine.not_running": Template(mark("The engine is not running.")),
    "engine.watcher_failed": Template(
        mark("Something went wrong in Findling."), mark("Start Findling again, and please report it.")
    ),
    "engine.released": Template(mark("The engine is unloaded to free its memory. It returns when it is needed.")),
    "engine.unloading": Template(mark("The engine is being unloaded.")),
    "engine.loading": Template(mark("The model is loading ({done:percent}).")),
    "engine.cannot_start": Template(mark("The engine cannot be started: {reason}.")),
    "engine.port_taken": Template(mark("Another program uses the engine's port ({port:d}).")),
    "engine.start_timed_out": Template(mark("The engine did not get ready within {seconds} seconds.")),
    "engine.ended_with_code": Template(mark("The engine ended by itself (code {code:d}).")),
    "engine.ended_by_signal": Template(mark("The engine ended by itself (signal {signal:d}).")),
    # {reason} is a whole sentence.
    "engine.restarting": Template(mark("{reason} It is started again.")),
    "engine.restarting_smaller": Template(mark("{reason} It is started again with smaller batches.")),
    "engine.gave_up": Template(mark("{reason} That was attempt {count}.")),
    "engine.with_words": Template(mark("{reason} It says: {words}")),
    "engine.retrying": Template(mark("{reason} Findling keeps trying.")),
    "engine.builtin_remedy": Template(
        mark("Try again. If it fails again, reinstall Findling, or see the engine's log.")
    ),
    "engine.builtin_unloadable": Template(mark("The model cannot be loaded: {reason}."), mark("Reinstall Findling.")),
    "probe.not_web_address": Template(
        mark("The address of the engine is not a web address."),
        mark("Enter one such as http://server:8000/v1 in the settings."),
    ),
    "probe.unsendable": Template(
        mark("The address or the key of the engine has characters that cannot be sent."),
        mark("Enter them again in the settings."),
    ),
    "probe.no_answer": Template(mark("The engine at {server} does not answer ({reason})."), _CHECK_SERVER),
    "probe.not_json": Template(mark("The engine at {server} does not answer in JSON."), _CHECK_SERVER),
    "probe.refused": Template(mark("The engine at {server} refuses the request ({reason})."), _CHECK_LIMITS),
    "probe.wrong_key": Template(
        mark("The engine at {server} refuses the key ({status:d})."), mark("Check the key in the settings.")
    ),
    "probe.not_ready": Template(mark("The engine at {server} is not ready ({status:d})."), _CHECK_SERVER),
    "probe.no_api": Template(mark("The engine at {server} has no embeddings API there ({status:d})."), _CHECK_SERVER),
    "probe.no_model_list": Template(mark("The engine at {server} does not list its models."), _CHECK_SERVER),
    "probe.other_models": Template(mark("The engine at {server} serves {models}, not {model}."), _CHECK_MODEL),
    "probe.no_models": Template(mark("The engine at {server} serves no model, not {model}."), _CHECK_MODEL),
    "probe.no_vector": Template(mark("The engine at {server} answers without a vector."), _CHECK_SERVER),
    "probe.vector_count": Template(
        mark("The engine at {server} sends {vectors} vectors for {texts} texts."), _CHECK_SERVER
    ),
    "probe.dimension": Template(
        mark("The engine at {server} makes vectors of {found} numbers instead of {expected}."), _CHECK_MODEL
    ),
    "probe.not_finite": Template(
        mark("The engine at {server} makes vectors that are empty or not numbers."), _CHECK_MODEL
    ),
    "probe.other_vectors": Template(
        mark("The engine at {server} makes other vectors than {model} (similarity {cosine:.3f})."), _CHECK_MODEL
    ),
    "probe.other_similarities": Template(
        mark("The engine at {server} makes other vectors than {model} (similarities off by {distance:.3f})."),
        _CHECK_MODEL,
    ),
    "probe.changed_vectors": Template(
        mark("The engine at {server} makes other vectors than {model} did the first time (similarity {cosine:.3f})."),
        _CHECK_MODEL,
    ),
    "probe.not_unit_length": Template(
        mark("The engine at {server} makes vectors of length {length:.3g} instead of 1."), _CHECK_MODEL
    ),
    "probe.not_repeatable": Template(
        mark("The engine at {server} makes two vectors of one text (similarity {cosine:.3f})."), _CHECK_MODEL
    ),
    "probe.all_alike": Template(mark("The engine at {server} makes the same vector of every text."), _CHECK_MODEL),
    "reranker.starting": Template(mark("The reranker is starting.")),
    "reranker.wrong_order": Template(
        mark("The reranker puts the wrong answer first ({right:.2f}, {wrong:.2f})."), _CHECK_RERANKER
    ),
    "reranker.too_slow": Template(
        mark("The reranker takes too long."), mark("Choose a smaller one, or release the graphics card.")
    ),
    "reranker.no_scores": Template(mark("The reranker answers without a score for each passage."), _CHECK_RERANKER),
    "reranker.not_probabilities": Template(mark("The reranker's scores are not probabilities."), _CHECK_RERANKER),
}
