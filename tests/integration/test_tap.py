"""Who watches a stage sees each order pass there, with what the stage did to it."""

import http.client
import json
from itertools import islice
from urllib.parse import quote

from rig.orders import Orders
from rig.waiting import wait_until


class Tap:
    """One stream of server-sent events, from when its first bytes have come."""

    def __init__(self, weir, stage, text=""):
        self.connection = http.client.HTTPConnection(*weir.address, timeout=30)
        self.connection.request("GET", f"/api/pipelines/orders/stages/{stage}/tap?filter={quote(text, safe='')}")
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.headers["Content-Type"] == "text/event-stream"
        assert self.answer.readline().startswith(b"retry:")

    def messages(self):
        """Until the stream ends."""
        event = b""
        for line in self.answer:
            if line.startswith(b"event: "):
                event = line[7:].strip()
            if line.startswith(b"data: ") and event == b"message":
                yield json.loads(line[6:])

    def close(self):
        self.answer.close()
        self.connection.close()


def test_a_tap_shows_each_order_with_what_the_stage_did_to_it(service):
    orders = Orders(seed=71)
    sent = [orders.plain() for _ in range(20)]
    broken_id, broken = orders.broken()
    wanted = sent[13]["order_uid"]
    weir = service.start()
    taps = {name: Tap(weir, stage, text) for name, stage, text in (
        ("check", "check", ""), ("store", "store", ""), ("one", "store", wanted), ("source", "kafka-source", ""))}
    texts = {order["order_uid"]: orders.text(order).decode() for order in sent}
    service.send([*((order_id, text.encode()) for order_id, text in texts.items()), (broken_id, broken)])
    service.wait_committed()

    checked = {one["key"]: one for one in islice(taps["check"].messages(), 21)}
    assert {key: checked[key]["value"] for key in texts} == texts
    assert {checked[key]["fate"] for key in texts} == {"passed"}
    assert checked[broken_id]["fate"] == "rejected" and checked[broken_id]["code"] and checked[broken_id]["reason"]
    assert checked[broken_id]["value_bytes"] == len(broken)
    assert {one["key"] for one in islice(taps["store"].messages(), 20)} == texts.keys()
    assert {one["key"] for one in islice(taps["source"].messages(), 21)} == {*texts, broken_id}
    assert next(taps["one"].messages())["key"] == wanted

    taps["store"].close()
    assert weir.get("/api/pipelines/orders/stages/nothing/tap").status == 404
    assert weir.stop() == 0
    assert list(taps["check"].messages()) == [], "the stream ends with the service"


def test_who_watches_and_goes_makes_room_for_others(service):
    weir = service.start()
    path = "/api/pipelines/orders/stages/store/tap"
    for _ in range(3):
        taps = [wait_until(lambda: opened(weir), "there is room", 10, weir.has_ended) for _ in range(8)]
        assert weir.get(path).status == 503
        for tap in taps:
            tap.close()
    wait_until(lambda: weir.get(path, method="HEAD").status == 200, "there is room again", 10, weir.has_ended)
    assert weir.stop() == 0


def opened(weir):
    """A tap, or nothing while there is no room for it."""
    try:
        return Tap(weir, "store")
    except AssertionError:
        return None
