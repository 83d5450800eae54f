"""Where things are in this checkout."""

import os
from pathlib import Path

root = Path(__file__).resolve().parents[3]
build = Path(os.environ.get("WEIR_BUILD", root / "build" / "release")).resolve()
weir = build / "bin" / "weir"
plugins = build / "plugins"
pipelines = root / "pipelines"
kafka_libs = root / "build" / "kafka" / "libs"
sample_order = pipelines / "samples" / "order.json"
