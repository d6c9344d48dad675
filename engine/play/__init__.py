"""Play: a draft run by the real engine, on a database that is thrown away.

Nothing leaves: what calls out (connectors, workers outside, letters, short messages,
webhooks) is held until somebody says how it went. What an area does to its own records runs
as it does in earnest, on the throwaway database.

A run is a list of acts, played from the start each time; going back is playing fewer::

    stage = Stage(examples)          # one per process: it keeps prepared databases
    run = replay(stage, bundle, [
        Start("order", {"amount": 5}),
        Answer("prepare", {"note": "x"}, outcome="approve"),
        Succeed("price", {"price": 10}),          # or Fail("price", code="ORD-001")
        Move(at + timedelta(days=3)),             # timers that fall due meanwhile fire
        Message("withdraw"), Signal("stop"),
    ], at=at)
    run.seen[0]           # what stood after the first act; one `Seen` for each act played
    run.last.refusal      # why an act was refused; it has changed nothing then
    run.last.elements     # (process, element) passed so far; `flows` likewise: coverage

Elements are named by their ids in the diagram; of several open visits of one, ``number``
says which, from 1. Nobody has to be told: who answers is called after the role of the desk,
unless ``by`` says another name, so that rules of separate duties can be tried.

`played` gives the run with its database still there, for who wants to read more of it.
A bundle that cannot be deployed raises `ModelRefused` or `ConfigRefused`, as deploying does.
"""

from engine.play.actors import actor_at, starter_of
from engine.play.acts import (
    Act,
    Answer,
    Fail,
    Message,
    Move,
    Signal,
    Start,
    Succeed,
)
from engine.play.limits import LIMITS, Limits, RunTooLong
from engine.play.player import NotOpen, Proposed, Reader
from engine.play.run import Played, Run, played, replay
from engine.play.seen import (
    Change,
    Failure,
    Held,
    Listener,
    OpenTask,
    PlayedCase,
    Refusal,
    Seen,
    Timer,
    Token,
    Unsent,
)
from engine.play.stage import Stage

__all__ = [
    "LIMITS",
    "Act",
    "Answer",
    "Change",
    "Fail",
    "Failure",
    "Held",
    "Limits",
    "Listener",
    "Message",
    "Move",
    "NotOpen",
    "OpenTask",
    "Played",
    "PlayedCase",
    "Proposed",
    "Reader",
    "Refusal",
    "Run",
    "RunTooLong",
    "Seen",
    "Signal",
    "Stage",
    "Start",
    "Succeed",
    "Timer",
    "Token",
    "Unsent",
    "actor_at",
    "played",
    "replay",
    "starter_of",
]
