"""Something is used up: the disk for dead letters, memory, descriptors."""

import resource
import subprocess

from classes.fault import Fault
from rig.waiting import wait_until
from suite.plan import Step
from suite.process import MIB, holdings
from suite.trial import Skipped


class FullDisk(Fault):
    """The letters' disk is full for a while: the pipeline waits, and no letter is lost."""
    name = "full-disk"
    load = {"rate": 300, "poison": 0.4}

    def plan(self, chance, form):
        return [Step(0.5, "waits until the disk for letters is full", {"size": "128k"}),
                Step(round(chance.uniform(1, 60 if form.full else 4), 1), "the disk is larger", {"size": "256m"})]

    def prepare(self, trial):
        service = trial.serve()
        self._disk = service.folder / "weir"
        self._disk.mkdir()
        if not _mounted("-t", "tmpfs", "-o", "size=128k", "weir-letters", self._disk):
            raise Skipped("needs a small tmpfs, and mounting is not permitted here")
        trial.closing(lambda: subprocess.run(["umount", "-l", self._disk], check=False))
        service.join(ready=True)
        trial.measure()

    def inject(self, trial, step):
        if step.what == "the disk is larger":
            assert _mounted("-o", f"remount,size={step.how['size']}", self._disk), "the disk could not be made larger"
            return
        member = trial.service.members["weir"]
        wait_until(lambda: b"o space left" in member.get("/readyz").body, "it says that there is no space left", 60,
                   member.has_ended)


def _mounted(*arguments):
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


class LittleMemory(Fault):
    """No more address space than there is already: what asks for more is refused. It may die of that; it may not lose anything."""
    name = "memory-limit"
    outlives = False
    load = {"rate": 300}

    def plan(self, chance, form):
        return [Step(chance.uniform(0.5, 1.5), "no more address space", {
            "more_mib": chance.choice([0, 1, 4, 16]), "burst": 2000, "lasting": round(chance.uniform(1, 3), 1)})
                for _ in range(20 if form.full else 4)]

    def inject(self, trial, step):
        service = trial.service
        member = service.members["weir"]
        pid = member.process.pid
        resource.prlimit(pid, resource.RLIMIT_AS, (holdings(pid).address_space + step.how["more_mib"] * MIB, resource.RLIM_INFINITY))
        trial.traffic.burst(step.how["burst"])
        trial.pass_time(step.how["lasting"])
        if member.process.poll() is None:
            resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            failed = b'"state":"failed"' in member.get("/readyz").body
            trial.journal.note("it lives on" + (", its pipeline has stopped" if failed else ""))
            if not failed:
                return
            service.die()
        else:
            trial.journal.note(f"it ended with {member.process.returncode}")
            service.members.pop("weir")
        service.join(ready=True)


class FewDescriptors(Fault):
    """No descriptor more than it holds, while its sessions are cut off: it waits until it may connect again."""
    name = "descriptor-limit"

    def plan(self, chance, form):
        return [Step(chance.uniform(0.5, 1.5), "no more descriptors", {"lasting": round(chance.uniform(2, 5), 1)})
                for _ in range(10 if form.full else 2)]

    def inject(self, trial, step):
        pid = trial.service.members["weir"].process.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        # Descriptors are numbered from below, and those that are being closed leave room again: so below all that are open.
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, before[1]))
        trial.site.postgres.end_sessions()
        trial.pass_time(step.how["lasting"])
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


ALL = [FullDisk(), LittleMemory(), FewDescriptors()]
