"""What was not done does not count: these stop the bench."""

from collections import Counter

from rig.same import difference, parse


def stored(postgres, topic):
    """Every table has exactly the rows that the topic's valid orders become, and exactly its invalid ones were rejected."""
    for table, count in topic.rows.items():
        found = postgres.count(table)
        assert found == count, f"{table} has {found} rows instead of {count}"
    rejected = postgres.rows(f"SELECT count(*) FROM weir_rejects WHERE origin LIKE '%/{topic.name}/%'")[0][0]
    assert rejected == len(topic.invalid), f"{rejected} messages were rejected instead of {len(topic.invalid)}"


def letters(service, topic):
    """The dead letters are the invalid messages, each once."""
    keys = Counter(letter["key"] for letter in service.letters.all())
    assert keys == Counter(topic.invalid), f"{keys.total()} dead letters, and not those of {len(topic.invalid)} invalid orders"


def answers(weir, topic, sources=("cache", "store")):
    """The sampled orders are answered, member for member."""
    for key, answer in weir.orders("/order/", topic.samples):
        assert answer.status == 200 and answer.source in sources, f"{key}: {answer.status} from {answer.source}"
        other = difference(parse(topic.samples[key]), parse(answer.body))
        assert other is None, f"{key} came back changed: {other}"


def newest_are_cached(weir):
    newest = [entry["key"] for entry in weir.get("/orders?limit=100").json()["entries"]]
    assert newest and all(answer.source == "cache" for _, answer in weir.orders("/order/", newest)), "the newest are not cached"
