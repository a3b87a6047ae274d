"""The second pass over one object of a batch, by whoever does it: its output and, beside it, its report."""

from __future__ import annotations

from scrubber import steps
from scrubber.batch.inputs import Input
from scrubber.batch.logbook import of_object, told
from scrubber.batch.targets import Target
from scrubber.engines.crew import Crew
from scrubber.reports.report import FileReport
from scrubber.tasks import Task
from scrubber.worker import Worker


def finish(worker: Worker, task: Task[Input], fault: str, hands: Crew | None = None) -> FileReport:
    """As :func:`scrubber.steps.rewrite`; the report of an object that has a place is published then.

    Errors: :class:`OSError` when the report cannot be.
    """
    report = steps.rewrite(worker, task, fault, hands)
    if isinstance(task.target, Target):
        told(task.target.home, task.target.work, worker.rules, report, of_object(task.target.name))
    return report
