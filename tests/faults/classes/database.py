"""PostgreSQL is taken away, in all the ways in which that happens, and its sessions are hurt."""

import os
import signal
import threading
from contextlib import closing, suppress

import psycopg2

from classes.fault import Fault
from rig.waiting import wait_until
from suite.plan import Step


class Restarts(Fault):
    """Immediate shutdowns and a killed postmaster: no goodbye, and a recovery afterwards."""
    name = "postgres-restarts"

    def plan(self, chance, form):
        kinds = ["immediate shutdown", "kill -9 of the postmaster"] * (2 if form.full else 1)
        return [Step(chance.uniform(1, 2), kind, {"away": round(chance.uniform(0.5, 60 if form.full else 3), 2)})
                for kind in kinds]

    def inject(self, trial, step):
        database = trial.site.postgres
        database.stop_at_once() if step.what == "immediate shutdown" else database.kill()
        trial.pass_time(step.how["away"])
        database.start_again()


class Sessions(Fault):
    """pg_terminate_backend, again and again."""
    name = "postgres-sessions"

    def plan(self, chance, form):
        return [Step(chance.uniform(0.05, 0.6), "pg_terminate_backend of all sessions", {"number": number + 1})
                for number in range(60 if form.full else 15)]

    def inject(self, trial, step):
        trial.site.postgres.end_sessions()


class InsideCommit(Fault):
    """The server process is hit when COMMIT is on its way to it: nobody knows how it ends."""
    times = 3

    def __init__(self, name, action):
        self.name = name
        self._action = action

    outlives = False

    def plan(self, chance, form):
        return [Step(0.5, self._action, {"passing": chance.randint(1, 10), "delay_us": chance.choice([0, 300, 1000, 3000]),
                                         "lasting": round(chance.uniform(1, 13), 1)}) for _ in range(self.times)]

    def prepare(self, trial):
        trial.serve()
        self._record = trial.folder / "reached"

    def inject(self, trial, step):
        service = trial.service
        number = self._reached() + 1
        member = service.join(**service.armed(self._record, "commit-sent", step.how["passing"], self._action,
                                              step.how["delay_us"]))
        wait_until(lambda: self._reached() == number, "COMMIT is sent", 45, member.has_ended)
        if self._action == "stop-backend":
            trial.pass_time(step.how["lasting"])
            self._continue_backend(trial)
        wait_until(lambda: member.get("/readyz").status == 200, "it is ready again", 30, member.has_ended)
        trial.pass_time(1)
        service.leave()

    def mend(self, trial):
        trial.service.join()

    def _reached(self):
        return len(self._record.read_text().splitlines()) if self._record.exists() else 0

    def _continue_backend(self, trial):
        backend = int(self._record.read_text().splitlines()[-1].split()[2])
        with suppress(ProcessLookupError):  # ended meanwhile, by the service's own request
            os.kill(backend, signal.SIGCONT)


class SideWriter(Fault):
    """Somebody else works on the same rows, and PostgreSQL refuses to serve both."""
    load = {"rate": 400, "again": 0.7}

    def __init__(self, name, refusal, isolation, backwards):
        self.name = name
        self._refusal = refusal  # the server's words
        self._isolation = isolation
        self._backwards = backwards  # locks rows against the order in which the service does, so that each waits for the other
        self._own = 0

    def plan(self, chance, form):
        return [Step(1, "a side writer works on the newest orders", {"lasting": 60 if form.full else 10})]

    def prepare(self, trial):
        database = trial.site.postgres
        self._own, self._before = 0, database.server_log().count(self._refusal)
        database.set_role(default_transaction_isolation=self._isolation, deadlock_timeout="20ms")
        super().prepare(trial)

    def inject(self, trial, step):
        stopping = threading.Event()
        thread = threading.Thread(target=self._work, args=(trial, stopping))
        thread.start()
        trial.pass_time(step.how["lasting"])
        stopping.set()
        thread.join(60)

    def _work(self, trial, stopping):
        with closing(trial.site.postgres.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SET deadlock_timeout = '300ms'")
            connection.commit()
            while not stopping.is_set():
                try:
                    cursor.execute("SELECT order_uid FROM orders ORDER BY weir_stored_at DESC LIMIT 40")
                    for [key] in sorted(cursor.fetchall(), reverse=self._backwards):
                        cursor.execute("UPDATE orders SET entry = entry WHERE order_uid = %s", (key,))
                        stopping.wait(0.001)
                    connection.commit()
                except psycopg2.errors.DeadlockDetected:
                    self._own += 1
                    connection.rollback()

    def mend(self, trial):
        database = trial.site.postgres
        database.reset_role()
        count = database.server_log().count(self._refusal) - self._before - self._own
        trial.journal.note(f"the server has told weir {count} times: {self._refusal}")
        assert count > 0, f"the server never told weir \"{self._refusal}\": the fault was not injected"


ALL = [Restarts(), Sessions(), InsideCommit("postgres-killed-in-commit", "kill-backend"),
       InsideCommit("postgres-frozen-in-commit", "stop-backend"),
       SideWriter("postgres-deadlocks", "deadlock detected", "read committed", backwards=True),
       SideWriter("postgres-serialization", "could not serialize access", "repeatable read", backwards=False)]
