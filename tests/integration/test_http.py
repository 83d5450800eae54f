"""What the service answers over HTTP, against the real parts."""

import re

import pytest

from rig.orders import Orders
from rig.same import difference, parse
from rig.waiting import wait_until


@pytest.fixture
def stored(service):
    """A running service that holds a few orders."""
    orders = Orders(seed=31)
    valid = dict(orders.valid() for _ in range(30))
    weir = service.start()
    service.send(valid.items())
    service.wait_committed()
    return weir, valid, service


def is_problem(answer, status):
    document = answer.json()
    return (answer.status == status and answer.headers["content-type"].startswith("application/problem+json")
            and document["status"] == status and document["title"] and document["detail"])


def test_an_order_is_answered_with_where_it_came_from_and_how_long_it_took(stored):
    weir, valid, _ = stored
    order_uid, value = next(iter(valid.items()))
    answer = weir.order(order_uid)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.source == "cache"
    assert re.fullmatch(r"cache;dur=\d+\.\d+", answer.headers["server-timing"])
    assert difference(parse(value), parse(answer.body)) is None


def test_what_the_cache_has_lost_comes_from_the_store_and_then_from_the_cache(stored):
    weir, valid, service = stored
    assert weir.stop() == 0
    weir = service.start(CACHE_ENTRIES="1")
    order_uid = min(valid, key=list(valid).index)
    first, second = weir.order(order_uid), weir.order(order_uid)
    assert (first.source, second.source) == ("store", "cache")
    assert re.fullmatch(r"cache;dur=\d+\.\d+, store;dur=\d+\.\d+", first.headers["server-timing"])
    assert first.body == second.body


@pytest.mark.parametrize("order_uid", ["no-such-order", "b563", "ünknown", "a/b", "..", "%", "x" * 512])
def test_an_unknown_id_is_not_found(stored, order_uid):
    assert is_problem(stored[0].order(order_uid), 404)


@pytest.mark.parametrize("path", ["/order/", "/order/" + "x" * 513, "/order/a%00b", "/order/a%0Ab", "/order/%FF"])
def test_what_cannot_be_an_id_is_refused(stored, path):
    assert is_problem(stored[0].get(path), 400)


def test_other_methods_are_refused(stored):
    weir, valid, _ = stored
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert weir.get("/order/" + next(iter(valid)), method=method).status in (403, 405)


def test_the_newest_orders_are_listed_first(stored):
    weir, valid, service = stored
    newest, value = Orders(seed=32, prefix="newest").valid()
    service.send([(newest, value)])
    wait_until(lambda: weir.order(newest).status == 200, "it is there")
    entries = weir.get("/orders?limit=5").json()["entries"]
    assert len(entries) == 5
    assert entries[0]["key"] == newest
    assert {entry["key"] for entry in entries} <= {newest, *valid}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", entry["stored_at"]) for entry in entries)
    assert len(weir.get("/orders").json()["entries"]) == 20
    for limit in ("0", "101", "-1", "many", ""):
        assert weir.get(f"/orders?limit={limit}").status == 400


def test_operators_find_health_metrics_and_the_state_of_the_pipelines(stored):
    weir, _, _ = stored
    assert weir.get("/healthz").status == 200
    assert weir.get("/readyz").status == 200
    assert "orders" in weir.get("/api/pipelines").body.decode()
    metrics = weir.get("/metrics").body.decode()
    assert re.search(r"^weir_\w+\{.*pipeline=\"orders\".*\} \S+$", metrics, re.MULTILINE)


def test_the_page_and_its_files_are_served_and_nothing_beside_them(stored):
    weir, _, _ = stored
    page = weir.get("/")
    assert page.status == 200
    assert "content-security-policy" in page.headers
    for path in ("/../README.md", "/%2e%2e/README.md", "/..%2fREADME.md", "/etc/passwd", "/.git/config"):
        assert weir.get(path).status in (400, 404)


def test_secrets_are_not_in_any_answer_or_log(stored):
    weir, _, service = stored
    password = re.search(r"://[^:]+:([^@]+)@", service.postgres.dsn).group(1)
    for path in ("/api/pipelines", "/metrics", "/readyz"):
        assert password not in weir.get(path).body.decode()
    assert password not in weir.log_text()
