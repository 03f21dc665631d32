"""What a bundle's program runs: Findling, or one of its modules in a child process."""

import os
import sys

# PyInstaller's loader points the dynamic linker at the bundle. It has read that by now; other programs that Findling
# starts must load the system's libraries.
before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
os.environ.pop("LD_LIBRARY_PATH", None)
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
# With these, the loader of a child process would take the linker's variable for set, and would not set it.
for name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[name]

from core.processes.isolated import RUN_MODULE, run_module  # noqa: E402

if sys.argv[1:2] == [RUN_MODULE]:
    del sys.argv[1]
    run_module()
else:
    from gui.__main__ import main

    sys.exit(main())
