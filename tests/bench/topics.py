"""Topics full of orders, and what each must leave behind in the database."""

import random
from dataclasses import dataclass, field

import orders

SAMPLES = 200  # orders that are remembered, to be looked up afterwards


@dataclass
class Topic:
    name: str
    partitions: int
    messages: int = 0
    bytes: int = 0
    valid: int = 0
    items: int = 0  # of the valid ones
    invalid: set = field(default_factory=set)  # keys
    samples: dict = field(default_factory=dict)  # key -> value, of valid ones

    @property
    def rows(self):
        """How many rows each table has, once all of it is stored."""
        return {"orders": self.valid, "deliveries": self.valid, "payments": self.valid, "items": self.items}


def load(kafka, name, count, partitions=4, seed=1, invalid_share=0.0, prefix="bench"):
    """Makes the topic, and orders that wait in it. Another seed makes other orders of the same keys."""
    topic = Topic(kafka.create_topic(name, partitions), partitions)
    chance = random.Random(seed)
    sampled = set(random.Random(2).sample(range(count), min(SAMPLES, count)))
    breaks = orders.breaks()

    def messages():
        for number in range(count):
            key = f"{prefix}-{number:08d}"
            value, items = orders.made(key, chance)
            if chance.random() < invalid_share:
                value = next(breaks)(value)
                topic.invalid.add(key)
            else:
                topic.valid += 1
                topic.items += items
                if number in sampled:
                    topic.samples[key] = value
            topic.messages += 1
            topic.bytes += len(value)
            yield key.encode(), value

    kafka.send(topic.name, messages())
    return topic
