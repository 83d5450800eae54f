"""The dead letters of a pipeline, as dead-letter-log writes them."""

import base64
import json


class DeadLetters:
    def __init__(self, path):
        self.path = path

    def all(self):
        """Every letter, the files that were rotated away included."""
        letters = []
        for file in sorted(self.path.parent.glob(self.path.name + "*")):
            text = file.read_bytes()
            letters += [json.loads(line) for line in text.split(b"\n")[:-1]]  # the last line may not be whole yet
        return letters

    def values(self):
        """The original bytes of each."""
        return [original_bytes(letter) for letter in self.all()]


def original_bytes(letter):
    if "value_base64" in letter:
        return base64.b64decode(letter["value_base64"])
    return letter["value"].encode()
