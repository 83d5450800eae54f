"""What all classes of faults have in common: a plan, one member under traffic, and the judgement at the end."""


class Fault:
    name = ""
    load = {}  # of the traffic, where it is not the usual one
    settings = {}  # of the service
    outlives = True  # the first process is to come through, and to be no larger then

    def plan(self, chance, form):
        """The steps, from `chance` and `form` alone."""
        raise NotImplementedError

    def run(self, trial):
        """Returns what there is to say about a run that went well."""
        self.prepare(trial)
        with trial.under_traffic(**self.load):
            for step in self.plan(trial.run.chance(), trial.run.form):
                trial.pass_time(step.after)
                trial.journal.note(str(step))
                self.inject(trial, step)
            self.mend(trial)
        self.after(trial)
        return trial.conclude()

    def prepare(self, trial):
        trial.serve(**self.settings).join(ready=True)
        if self.outlives:
            trial.measure()

    def inject(self, trial, step):
        raise NotImplementedError

    def mend(self, trial):
        """What is still broken when the last step is done; the traffic still flows."""

    def after(self, trial):
        """What is to be seen when all has been sent."""
