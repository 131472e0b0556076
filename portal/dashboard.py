"""Next tasks of a user on the first page; apps register what they want to remind of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Task:
    """One line on the first page: what waits, how many, and where to do it."""

    text: str
    count: int
    url: str


TaskSource = Callable[[Any], Iterable[Task]]
_sources: list[TaskSource] = []


def register_tasks(source: TaskSource) -> TaskSource:
    """Decorator: `source(user)` yields the tasks of one app for one user."""
    _sources.append(source)
    return source


def tasks_of(user: Any) -> list[Task]:
    """Return the tasks that wait for this user, in the order of the apps."""
    return [task for source in _sources for task in source(user) if task.count]
