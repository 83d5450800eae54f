"""How the pipeline is: told each second, kept for ten minutes, its file shown without its secrets."""

import http.client
import json
import time

from rig.orders import Orders
from rig.waiting import wait_until


class Events:
    """The stream of /api/events."""

    def __init__(self, weir):
        self.connection = http.client.HTTPConnection(*weir.address, timeout=30)
        self.connection.request("GET", "/api/events")
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.headers["Content-Type"] == "text/event-stream"

    def __iter__(self):
        """The pipeline `orders` in each event, until the stream ends."""
        for line in self.answer:
            if line.startswith(b"data: "):
                yield next(one for one in json.loads(line[6:])["pipelines"] if one["name"] == "orders")


def pipeline(weir):
    return json.loads(weir.get("/api/pipelines/orders").body)


def test_what_each_stage_counts_is_told_with_the_lag_of_each_partition(service):
    weir = service.start()
    orders = Orders(seed=81)
    sent = [orders.plain() for _ in range(50)]
    events = iter(Events(weir))
    assert next(events)["last_message_at"] is None
    service.send([(order["order_uid"], orders.text(order)) for order in sent])
    service.wait_committed()
    told = next(one for one in events if sum(lane["stored"] for lane in one["lanes"]) == 50)
    assert told["last_message_at"] and told["waiting"] == [] and len(told["shards"]) == 2
    figures = {stage["name"]: stage["figures"] for stage in told["stages"]}
    lags = [figure for figure in figures["kafka-source"] if figure["name"] == "weir_kafka_lag_messages"]
    assert lags and all(figure["labels"]["partition"] for figure in lags), figures["kafka-source"]
    cached = [figure["value"] for figure in figures["cache"] if figure["name"] == "weir_cache_entries"]
    assert cached == [50]

    begun = time.monotonic()
    next(events), next(events), next(events)
    assert 1 < time.monotonic() - begun < 6, "an event a second"

    def stored_in_history():
        history = json.loads(weir.get("/api/pipelines/orders/history").body)
        lengths = {len(history[name]) for name in ("times", "read", "stored", "commit_age_seconds")}
        assert lengths == {len(history["times"])}
        return history["stored"][-1] == 50 and history["figures"]["cache"]["weir_cache_entries"][-1] == 50
    wait_until(stored_in_history, "the history shows what was stored", 10, weir.has_ended)

    assert weir.stop() == 0
    assert len(list(events)) <= 3, "the stream ends with the service"


def test_who_waits_is_told_with_since_when_and_why(service, postgres):
    weir = service.start()
    orders = Orders(seed=82)
    send = lambda order: service.send([(order["order_uid"], orders.text(order))])
    send(orders.plain())
    service.wait_committed()  # so the lanes are claimed
    postgres.stop()
    try:
        send(orders.plain())
        waiting = wait_until(lambda: next((one for one in pipeline(weir)["waiting"] if one["stage"] == "store"), None),
                             "the stage that stores waits", 30, weir.has_ended)
        assert waiting["retries"] >= 1 and waiting["since"] and waiting["reason"]
    finally:
        postgres.start()
    wait_until(lambda: pipeline(weir)["waiting"] == [], "nobody waits any more", 60, weir.has_ended)
    assert weir.stop() == 0


def test_the_file_is_shown_without_its_secrets(service):
    weir = service.start()
    shown = json.loads(weir.get("/api/pipelines/orders/file").body)
    assert "pipeline: orders\n" in shown["yaml"] and "stage: pg-sink" in shown["yaml"]
    assert "${WEIR_PG_DSN}" in shown["yaml"] and "postgresql://" not in shown["yaml"]
    assert weir.stop() == 0
