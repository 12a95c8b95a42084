"""The common words of every service: facts, commands, refusals, clocks, bodies, policies."""

from shared.kernel.bodies import BodyLevel, ManagementLevel, body_level, city_of, nearest_body
from shared.kernel.clock import Clock, SandboxClock, SystemClock
from shared.kernel.model import Context, Model, Task, closed, no_deadlines, no_tasks
from shared.kernel.people import Actor, Role
from shared.kernel.policy import Policy, load_policy
from shared.kernel.refusal import Refusal, RoleNotPermitted
from shared.kernel.words import Command, Fact, Meta, Recorded, Value
from shared.kernel.workdays import Workdays

__all__ = [
    "Actor",
    "BodyLevel",
    "Clock",
    "Command",
    "Context",
    "Fact",
    "ManagementLevel",
    "Meta",
    "Model",
    "Policy",
    "Recorded",
    "Refusal",
    "Role",
    "RoleNotPermitted",
    "SandboxClock",
    "SystemClock",
    "Task",
    "Value",
    "Workdays",
    "body_level",
    "city_of",
    "closed",
    "load_policy",
    "nearest_body",
    "no_deadlines",
    "no_tasks",
]
