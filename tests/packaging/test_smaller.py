"""What makes the bundle smaller: FAISS on NumPy's OpenBLAS, ICU's data without what Qt does not ask for."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

from core import paths

ROOT = paths.resources().parent
sys.path.insert(0, str(ROOT / "packaging"))
from builder import elf  # noqa: E402
from builder.bundle import smaller  # noqa: E402

sys.path.pop(0)

PACKAGES = Path(sysconfig.get_path("purelib"))
TOOLS = {program: shutil.which(program, path="/usr/bin:/usr/sbin") for program in ("cc", "icupkg")}
needs_compiler = pytest.mark.skipif(TOOLS["cc"] is None, reason="there is no compiler here")
needs_icupkg = pytest.mark.skipif(None in TOOLS.values(), reason="the tools of ICU are not here")

CALCULATE = """
import sys
import faiss, numpy
faiss.omp_set_num_threads(1)
numbers = numpy.random.default_rng(1)
data = numbers.standard_normal((2000, 32)).astype("float32")
found = {}
for key in ("Flat", "PCA8,Flat", "RR16,IVF8,Flat"):
    index = faiss.index_factory(32, key)
    index.train(data)
    index.add(data)
    found[key] = index.search(data[:100], 5)[1]
rotation = faiss.OPQMatrix(32, 4, 16)
rotation.niter = rotation.niter_pq = rotation.niter_pq_0 = 2
rotation.train(data[:600])
least = faiss.ResidualQuantizer(16, 2, 4)
least.train(data[:500, :16].copy())
found |= {"opq": faiss.vector_to_array(rotation.A), "residual": faiss.vector_to_array(least.codebooks)}
numpy.savez(sys.argv[1], **found)
"""

ASK_QT = """
from PySide6.QtCore import QCollator, QLocale, QStringDecoder
def order(locale, first, second):
    return QCollator(QLocale(locale)).compare(first, second) < 0
print(order("sv", "zebra", "öra"), order("de", "öra", "zebra"), order("zh", "阿", "中"))
print(QStringDecoder("Shift_JIS").isValid(), QLocale("tr").toUpper("i"))
"""


def calculated(folder: Path, packages: Path) -> dict[str, np.ndarray]:
    """What FAISS of a folder of packages calculates."""
    file = folder / "found.npz"
    command = [sys.executable, "-c", CALCULATE, str(file)]
    subprocess.run(command, env={"PYTHONPATH": str(packages)}, check=True, capture_output=True)
    with np.load(file) as found:
        return dict(found)


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """The folders of FAISS and NumPy as a bundle has them."""
    for name in ("faiss", "faiss_cpu.libs", "numpy", "numpy.libs"):
        shutil.copytree(PACKAGES / name, tmp_path / "inside" / name, symlinks=True)
    return tmp_path / "inside"


@needs_compiler
def test_faiss_calculates_the_same_with_numpys_openblas(inside: Path, tmp_path: Path) -> None:
    smaller.share_openblas(inside)
    assert sum(file.stat().st_size for file in (inside / "faiss_cpu.libs").iterdir()) < 1_000_000
    shared, own = calculated(tmp_path, inside), calculated(tmp_path, PACKAGES)
    for key, expected in own.items():
        np.testing.assert_allclose(shared[key], expected, rtol=1e-3, atol=1e-4, err_msg=key)


@needs_icupkg
def test_icus_data_keeps_how_words_are_sorted_and_encodings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/usr/sbin:/bin")
    libraries = PACKAGES / "PySide6" / "Qt" / "lib"
    [whole] = libraries.glob("libicudata.so.*")
    cut = Path(shutil.copy(whole, tmp_path))
    smaller.cut_icu_data(tmp_path)
    assert cut.stat().st_size < whole.stat().st_size / 2
    assert elf.is_elf(cut)
    command = [sys.executable, "-c", ASK_QT]
    variables = {"LD_PRELOAD": str(cut), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (["True", "True", "True", "True", "İ"], "")


def test_names_of_languages_and_the_like_are_what_is_left_out_of_icu() -> None:
    left_out = ["brkitr/th.brk", "curr/de.res", "zone/sv.res", "de.res", "zh_Hans_CN.res", "rfc3491.spp"]
    kept = ["coll/sv.res", "coll/ucadata.icu", "ibm-943_P15A-2003.cnv", "root.res", "supplementalData.res", "nfkc.nrm"]
    assert [name for name in (*left_out, *kept) if smaller.ICU_UNUSED.match(name)] == left_out
