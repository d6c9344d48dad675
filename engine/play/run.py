"""Plays a list of acts from the beginning, and tells what was seen after each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from engine.catalogue.bundle import Bundle
from engine.model.base import ids_in_order
from engine.play.acts import Act
from engine.play.limits import LIMITS, Limits, Meter
from engine.play.player import Player, Reader
from engine.play.seen import Seen
from engine.play.stage import RUN, Stage, Throwaway


@dataclass(frozen=True, slots=True)
class Run:
    """What was seen, act by act; fewer than were asked where one went without end."""

    began_at: datetime
    seen: tuple[Seen, ...]
    is_broken_off: bool = False

    @property
    def last(self) -> Seen:
        """What stands at the end.

        Raises:
            IndexError: nothing was played.
        """
        return self.seen[-1]


@dataclass(frozen=True, slots=True)
class Played:
    """A run with its database, which is gone when the block ends."""

    run: Run
    database: Throwaway


def replay(
    stage: Stage,
    bundle: Bundle,
    acts: Sequence[Act],
    *,
    at: datetime,
    read: Reader | None = None,
    limits: Limits = LIMITS,
) -> Run:
    """Play a draft from its beginning; return what was seen after each act.

    An act that is refused changes nothing, and the next is played.

    Args:
        at: when the run begins, by its own clock.
        read: reads the values of forms, as the page of a step does; without it they are
            taken as they are. What it raises refuses the act.

    Raises:
        ModelRefused, ConfigRefused: the draft cannot run, with everything that is wrong.
    """
    with played(stage, bundle, acts, at=at, read=read, limits=limits) as found:
        return found.run


@contextmanager
def played(
    stage: Stage,
    bundle: Bundle,
    acts: Sequence[Act],
    *,
    at: datetime,
    read: Reader | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Played]:
    """Give a run together with its database; see `replay`."""
    meter = Meter(limits)
    with stage.throwaway(bundle, at) as database:
        player = Player(database, at, meter, read)
        seen, is_broken_off = [], len(acts) > limits.acts
        with ids_in_order(RUN):  # what an act names of an earlier one it names again
            for act in acts[: limits.acts]:
                seen.append(player.play(act))
                if player.is_broken_off:
                    is_broken_off = True
                    break
        yield Played(Run(at, tuple(seen), is_broken_off), database)
