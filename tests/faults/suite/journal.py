"""What was done to a run, and when: printed, and kept for the report of a failure."""

import time


class Journal:
    def __init__(self, name, file, begun=None):
        self._name = name
        self._file = file
        self._begun = time.monotonic() if begun is None else begun

    def note(self, text):
        seconds = time.monotonic() - self._begun
        line = f"{int(seconds // 60):02d}:{seconds % 60:06.3f} {self._name}: {text}"
        with open(self._file, "a", encoding="utf-8") as lines:
            lines.write(line + "\n")
        print(f"         {line}", flush=True)
