"""Writes the sample file of a new format version: python make_sample.py small_v2.cnn. Never again for an old one."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from projects import trained_project

from cnnstudio.project.file import save_project

target = Path(__file__).resolve().parent / sys.argv[1]
if target.exists():
    sys.exit(f"{target} is there and stays as it is")
save_project(trained_project(norm=False), target)
