"""Brokers that answer requests with errors: librdkafka's mock cluster, told to."""

from classes.fault import Fault
from suite.mock_kafka import MockKafka
from suite.plan import Step
from suite.service import wait_lanes

# Numbers of the Kafka protocol.
_APIS = {"Fetch": 1, "ListOffsets": 2, "OffsetCommit": 8, "OffsetFetch": 9, "FindCoordinator": 10, "JoinGroup": 11,
         "Heartbeat": 12, "SyncGroup": 14}
_ERRORS = {"OFFSET_OUT_OF_RANGE": 1, "UNKNOWN_TOPIC_OR_PART": 3, "LEADER_NOT_AVAILABLE": 5, "NOT_LEADER_FOR_PARTITION": 6,
           "REQUEST_TIMED_OUT": 7, "COORDINATOR_LOAD_IN_PROGRESS": 14, "COORDINATOR_NOT_AVAILABLE": 15, "NOT_COORDINATOR": 16,
           "ILLEGAL_GENERATION": 22, "UNKNOWN_MEMBER_ID": 25, "REBALANCE_IN_PROGRESS": 27, "UNKNOWN_SERVER_ERROR": -1}
_COORDINATOR = ["COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR"]
_LEADER = ["NOT_LEADER_FOR_PARTITION", "LEADER_NOT_AVAILABLE", "UNKNOWN_TOPIC_OR_PART"]
_GROUP = {"FindCoordinator": ["COORDINATOR_NOT_AVAILABLE"], "JoinGroup": [*_COORDINATOR, "UNKNOWN_MEMBER_ID"],
          "SyncGroup": [*_COORDINATOR, "REBALANCE_IN_PROGRESS", "UNKNOWN_MEMBER_ID"],
          "Heartbeat": [*_COORDINATOR, "REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID"]}
_FETCH = {"Fetch": [*_LEADER, "REQUEST_TIMED_OUT", "UNKNOWN_SERVER_ERROR"]}
_OFFSETS = {"OffsetCommit": [*_COORDINATOR, "COORDINATOR_LOAD_IN_PROGRESS", "REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION"],
            "OffsetFetch": [*_COORDINATOR, "COORDINATOR_LOAD_IN_PROGRESS"],
            "ListOffsets": ["NOT_LEADER_FOR_PARTITION", "UNKNOWN_TOPIC_OR_PART"]}

# A member that has its lanes makes these requests all the time; the others it makes when it joins.
_OF_A_MEMBER = ("Fetch", "Heartbeat", "OffsetCommit")


class Protocol(Fault):
    load = {"rate": 100}  # the mock keeps at most 5 MiB of a partition
    outlives = False

    def __init__(self, name, answers):
        self.name = f"protocol-{name}"
        self._answers = answers

    def plan(self, chance, form):
        steps = []
        for api, errors in self._answers.items():
            for error in errors if form.full else chance.sample(errors, min(2, len(errors))):
                steps.append(Step(chance.uniform(0.2, 1), "error", {"api": api, "error": error, "count": chance.randint(1, 3)}))
        chance.shuffle(steps)
        # Asked for only while the group has no offsets yet.
        return sorted(steps, key=lambda step: step.how["api"] != "ListOffsets")

    def prepare(self, trial):
        self._kafka = MockKafka(trial.folder)
        trial.closing(self._kafka.remove)
        trial.serve(self._kafka, session=6000)

    def inject(self, trial, step):
        service, api = trial.service, step.how["api"]
        if service.members and api not in _OF_A_MEMBER:
            service.leave()
        self._kafka.answer(_APIS[api], *self._answers_of(step))
        if not service.members:
            service.join()
        trial.pass_time(1)
        wait_lanes(service.members["weir"])

    def mend(self, trial):
        for api in self._answers:
            self._kafka.answer(_APIS[api])

    @staticmethod
    def _answers_of(step):
        """Requests for the oldest and the newest offset are sent at once, for each of 4 partitions: one of the two fails."""
        error, count = _ERRORS[step.how["error"]], step.how["count"]
        return [error, 0] * 4 * count if step.how["api"] == "ListOffsets" else [error] * count


ALL = [Protocol("group", _GROUP), Protocol("fetch", _FETCH), Protocol("offsets", _OFFSETS)]
