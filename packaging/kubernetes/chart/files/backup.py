"""Makes a backup of the catalogue while `findling serve` has the library open; prints where it is."""

import os
from pathlib import Path

from core.store.integrity.backup import back_up

if __name__ == "__main__":
    print(back_up(Path(os.environ["FINDLING_LIBRARY"]), lambda: False))
