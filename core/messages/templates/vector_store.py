"""Messages of vector stores on servers."""

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "vector_store.away": Template(
        mark("The vector store at {address} does not answer."),
        mark("Start it or check the network. Until then Findling searches by names and words only."),
    ),
    "vector_store.refused": Template(
        mark("The vector store at {address} reports an error: {reason}"),
        mark("Check the server and its access key. Until then Findling searches by names and words only."),
    ),
    "vector_store.unknown_answer": Template(
        mark("The server at {address} does not answer as a vector store does."),
        mark("Check the address: another program may use it. Until then Findling searches by names and words only."),
    ),
    "vector_store.milvus_missing": Template(
        mark("Milvus cannot be used, because its client is not installed."),
        mark("Install it: pip install 'findling[milvus]'"),
    ),
    "vector_store.bad_address": Template(
        mark("“{address}” is not the address of a vector store."),
        mark("Use an address such as http://localhost:19530."),
    ),
    "vector_store.no_address": Template(
        mark("The address of the vector store is missing."),
        mark("Add it: --store-url http://localhost:19530"),
    ),
    "vector_store.key_unreadable": Template(
        mark("The key of the vector store cannot be read from {path}."),
        mark("Check the path and the permissions of the file."),
    ),
    "inconsistency.vectors_away": Template(
        mark("The vector store at {address} cannot be compared with the catalogue, because it does not answer."),
        mark("Start it and check again."),
    ),
}
