"""A backlog, and a database that is away under full load: the memory stays within what the READMEs promise."""

from classes.fault import Fault
from rig.waiting import wait_until
from suite import backlog
from suite.plan import Step
from suite.process import MIB, holdings
from suite.trial import Complaint

# As the READMEs of kafka-source and of the engine have it: 16 MiB fetched ahead for each of 4 partitions, 8 MiB in the inbox of
# each of 2 shards, and a batch of at most 4 MiB in the hand of each. librdkafka counts the bytes of messages, and keeps about
# half as much again beside one of 1 KiB. A batch is there up to eight times while it is stored: as it came, parsed, as rows,
# and as the text of statements in the hands of three libraries. What happened to the last 100,000 messages takes 8 MiB, and 17 more
# where each batch is of one message.
QUEUES, INBOXES, IN_HAND = 4 * 16 * MIB * 3 // 2, 2 * 8 * MIB, 2 * 4 * MIB * 8
CACHE_ENTRIES = 10_000
CACHE = CACHE_ENTRIES * 2 * 1024  # a document, its key, its place in the index
TRACE = (8 + 17) * MIB
BUDGET = QUEUES + INBOXES + IN_HAND + CACHE + TRACE


class Backlog(Fault):
    name = "bounded-memory"

    def plan(self, chance, form):
        return [Step(0, "messages wait", {"count": 2_000_000 if form.full else 200_000}),
                Step(0, "PostgreSQL is away, when a quarter is stored", {"lasting": 60 if form.full else 12})]

    def run(self, trial):
        waiting, outage = self.plan(trial.run.chance(), trial.run.form)
        count = waiting.how["count"]
        service = trial.serve(batch=1000)
        trial.journal.note(str(waiting))
        backlog.send(service.kafka.brokers, service.topic, count, trial.run.seed)
        member = service.join(CACHE_ENTRIES=str(CACHE_ENTRIES))
        wait_until(lambda: member.get("/healthz").status == 200, "it answers", 30, member.has_ended)
        base = holdings(member.process.pid).memory
        wait_until(lambda: service.postgres.count() >= count // 4, "a quarter is stored", 600, member.has_ended, pause=0.2)
        trial.journal.note(f"{outage}; until now {self._most(member)}")
        service.postgres.stop_at_once()
        trial.pass_time(outage.how["lasting"])
        service.postgres.start_again()
        trial.journal.note(f"PostgreSQL is back; until now {self._most(member)}")
        trial.wait_caught_up(60 + count / 1000)
        self._judge(trial, count)
        return self._memory(member, base)

    @staticmethod
    def _judge(trial, count):
        """Each is there, once; some of them are looked at in full."""
        postgres = trial.service.postgres
        stored = postgres.count()
        if stored != count:
            raise Complaint(f"{stored} of {count} orders are stored")
        trial.judge({backlog.key_of(number) for number in trial.chance.sample(range(count), 500)})

    @staticmethod
    def _most(member):
        return f"{holdings(member.process.pid).most_memory // MIB} MiB"

    @staticmethod
    def _memory(member, base):
        most = holdings(member.process.pid).most_memory
        said = f"at most {most // MIB} MiB, of which {base // MIB} at the start; it may have {(base + BUDGET) // MIB}"
        if most > base + BUDGET:
            raise Complaint(f"more memory than it may have: {said}")
        return said
