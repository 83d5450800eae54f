"""The database knows where each lane goes on: what it has not stored comes again, and what is stored is not read twice."""

from rig.orders import Orders
from rig.waiting import wait_until


def positions(service):
    """Where each partition goes on, as the database knows it."""
    rows = service.postgres.rows("SELECT origin, next FROM weir_positions WHERE next IS NOT NULL")
    return {int(origin.rsplit("/", 1)[1]): next_ for origin, next_ in rows if origin.split("/")[1] == service.topic}


def store(service, orders, count):
    """Has so many orders stored, and the service stopped."""
    valid = dict(orders.valid() for _ in range(count))
    weir = service.start()
    service.send(valid.items())
    service.wait_committed()
    assert weir.stop() == 0
    return valid


def begin_anew(service):
    """As the README of pg-sink tells an operator to."""
    mine = f"origin LIKE '%/{service.topic}/%'"
    service.postgres.execute(
        f"DELETE FROM weir_positions WHERE {mine}; DELETE FROM weir_rejects WHERE {mine}; "
        f"UPDATE orders SET weir_origin = NULL, weir_position = NULL WHERE weir_{mine}")


def test_every_position_is_stored_or_rejected(service):
    orders = Orders(seed=21)
    valid = dict(orders.valid() for _ in range(400))
    broken = [orders.broken() for _ in range(60)]
    service.start()
    service.send([*valid.items(), *broken])
    service.wait_committed()
    ends = service.kafka.end_offsets(service.topic)
    assert positions(service) == ends
    rejected = {(origin, position) for origin, position in
                service.postgres.rows("SELECT origin, position FROM weir_rejects")}
    assert rejected == {(letter["origin"], letter["position"]) for letter in service.letters.all()}
    assert len(rejected) == len(broken)
    assert service.postgres.count() == len(valid)


def test_a_wiped_database_is_filled_again_from_the_beginning(service):
    valid = store(service, Orders(seed=22), 300)
    service.postgres.empty()
    weir = service.start()  # the group's committed offsets stand at the end
    wait_until(lambda: service.stored_ids() == valid.keys(), "all are stored again", 60, weir.has_ended)


def test_a_topic_made_anew_stops_the_service_until_somebody_decides(service):
    orders = Orders(seed=23)
    store(service, orders, 200)
    ends = service.kafka.end_offsets(service.topic)
    service.kafka.create_topic_anew(service.topic)
    more = dict(orders.valid() for _ in range(4 * max(ends.values()) + 400))
    service.send(more.items())

    weir = service.start(ready=False)
    wait_until(lambda: "the topic was made anew" in weir.log_text(), "it says why it stopped", 60, weir.has_ended)
    assert weir.get("/healthz").status == 503
    assert positions(service) == ends, "nothing was read of it"
    weir.stop()

    begin_anew(service)
    weir = service.start()
    wait_until(lambda: more.keys() <= service.stored_ids(), "the new ones are stored", 60, weir.has_ended)


def test_a_topic_made_anew_and_still_short_stops_the_service_too(service):
    orders = Orders(seed=24)
    store(service, orders, 200)
    service.kafka.create_topic_anew(service.topic)
    weir = service.start(ready=False)
    wait_until(lambda: "how a lane is begun anew" in weir.log_text(), "it says what to do", 60, weir.has_ended)
    assert weir.stop() == 1
