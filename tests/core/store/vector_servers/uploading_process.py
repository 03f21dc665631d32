"""Adds documents to a library with its vectors on a server, without end; a test kills it.

Arguments: the library's folder, the kind of store, its address and the name of the collection.
"""

import sys
from pathlib import Path

from core.store.vector_servers import uploader
from core.store.vector_servers.choice import StoreChoice
from tests.core.store.vector_servers.conftest import StoredLibrary

uploader.ROWS = 5  # so that a kill comes between two requests for one range
root, kind, url, name = sys.argv[1:]
library = StoredLibrary(Path(root), StoreChoice(kind, url, "", name))
for number in range(0, 10**6, 5):
    library.add(range(number, number + 5))
    print(number, len(library.index_set.vectors), flush=True)
