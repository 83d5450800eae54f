#!/usr/bin/python3
"""librdkafka's mock cluster in a process of its own, which answers requests with errors when told so.

    mock_broker.py TOPIC PARTITIONS

Prints its address. Each line on standard input, `API ERROR...`, says how the next requests of that API are answered, one after
the other: with the error of that number in the Kafka protocol, or well, for a 0. Without an error it takes back what was said
before. Ends with its input.
"""

import ctypes
import sys

_PRODUCER = 0


def main(topic, partitions):
    kafka = ctypes.CDLL("librdkafka.so.1")
    for name in ("conf_new", "new", "mock_cluster_new"):
        getattr(kafka, f"rd_kafka_{name}").restype = ctypes.c_void_p
    kafka.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    why = ctypes.create_string_buffer(512)
    client = ctypes.c_void_p(kafka.rd_kafka_new(_PRODUCER, ctypes.c_void_p(kafka.rd_kafka_conf_new()), why, len(why)))
    cluster = ctypes.c_void_p(kafka.rd_kafka_mock_cluster_new(client, 1))
    kafka.rd_kafka_mock_topic_create(cluster, topic.encode(), int(partitions), 1)
    print(kafka.rd_kafka_mock_cluster_bootstraps(cluster).decode(), flush=True)
    for line in sys.stdin:
        api, *answers = map(int, line.split())
        if not answers:
            kafka.rd_kafka_mock_clear_request_errors(cluster, ctypes.c_int16(api))
        kafka.rd_kafka_mock_push_request_errors_array(
            cluster, ctypes.c_int16(api), ctypes.c_size_t(len(answers)), (ctypes.c_int * len(answers))(*answers))
        print("done", flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
