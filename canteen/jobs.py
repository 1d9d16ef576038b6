"""Work that nobody waits for: say what is due, sweep out what is old.

The queue is a SQLite file of its own, or Redis where REDIS_URL names one. Each piece of work runs in its own
transaction and can be run again. What must not be lost is in the database first: the queue only says "look now".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.exceptions import RetryTask
from redis import ConnectionPool
from sqlalchemy.orm import Session

from canteen import (
    anomalies,
    checkin,
    demo,
    eligibility,
    exports,
    kitchen,
    notices,
    orders,
    places,
    rounds,
    safety,
    settlement,
    standing,
    sweeps,
    tickets,
    welfare,
)  # fmt: skip
from canteen.foundation import clock
from canteen.foundation.db import EVERYWHERE
from canteen.foundation.errors import CanteenError
from canteen.house import House
from canteen.sweeps import Sweep

AT_ONCE = 50

Rehearsal = Callable[[datetime], bool]
_log = structlog.get_logger("canteen.jobs")


class Jobs:
    """Hold the queue and what guests add to it: a channel, sweeps."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.huey = _queue(house)
        self._channel: notices.Channel | None = None
        self._sweeps: list[Sweep] = list(sweeps.OF_THE_HOUSE)
        self._rehearsal: Rehearsal | None = None
        self._fetch: tickets.Fetch | None = None
        self._soon = self._schedule()
        self._fetch_soon = self._schedule_fetching()
        self._reconsider, self._reprice = self._schedule_settlement()
        self._schedule_standing()
        self._schedule_rounds()

    def speak_through(self, channel: notices.Channel) -> None:
        """Deliver notices through this channel from now on."""
        self._channel = channel

    def fetch_through(self, fetch: tickets.Fetch) -> None:
        """Fetch what people spoke through a guest from now on; it answers None for what is not to be had any more."""
        self._fetch = fetch

    def sweep_daily(self, sweep: Sweep) -> None:
        """Run this once a day in a transaction of its own."""
        self._sweeps.append(sweep)

    def rehearse_with(self, rehearsal: Rehearsal) -> None:
        """Have a guest set its stage at the start of a demonstration; it answers whether it could."""
        self._rehearsal = rehearsal

    def deliver_soon(self) -> None:
        """Have the worker look into the outbox now; call it after the commit.

        A call that still waits will see this act's notices too. Where the queue is away the worker looks every minute.
        """
        try:
            if not any(task.name == self._soon.task_class.__name__ for task in self.huey.pending()):
                self._soon()
        except Exception:  # Whatever is wrong with the queue, the act before it is done.
            _log.warning("the queue is away", exc_info=True)

    def fetch_soon(self) -> None:
        """Have the worker fetch what was just spoken; call it after the commit."""
        try:
            self._fetch_soon()
        except Exception:  # The worker looks every minute anyway.
            _log.warning("the queue is away", exc_info=True)

    def fetch(self) -> None:
        """Fetch what was spoken and nothing could make out, for the desk to hear."""
        if self._fetch is not None:
            tickets.fetch_awaited(self.house.database, fetch=self._fetch, at=clock.now())

    def reconsider_soon(self) -> None:
        """Have the worker look into what became known late; call it after the commit."""
        self._reconsider()

    def reprice_soon(self) -> None:
        """Have the worker look for questions of what-if; call it after the commit."""
        self._reprice()

    def plan_rounds(self) -> int:
        """Plan the deliveries whose orders are closed, follow their orders, credit volunteers; count all."""
        at, database = clock.now(), self.house.database
        done = rounds.plan_due(database, at=at, tell=_log_round) + rounds.follow(database, at=at, tell=_log_round)
        days = (clock.service_day(at), clock.service_day(at - timedelta(days=1)))
        return done + sum(rounds.credit(database, on=day, at=at, tell=_log_round) for day in days)

    def care(self) -> int:
        """Ask the next about tasks whose clock ran out, and look for orders that nobody came for; count both."""
        at = clock.now()
        with self.house.database.transaction(EVERYWHERE) as session:
            return welfare.escalate(session, at=at) + welfare.watch_meals(session, at=at)

    def look_for_missing(self) -> int:
        """Look for people who usually come and have not; counts them."""
        with self.house.database.transaction(EVERYWHERE) as session:
            return welfare.watch_habits(session, at=clock.now())

    def tell(self, act: Callable[..., int]) -> None:
        """Have something told to whom it concerns now, and the worker look where that gave something to say."""
        with self.house.database.transaction(EVERYWHERE) as session:
            act(session, at=clock.now())
        if notices.were_enqueued(session):
            self.deliver_soon()

    def close(self) -> None:
        """Let go of the connection to the queue; the next act opens another."""
        self.huey.storage.close()

    def deliver(self) -> int:
        """Say what is due through the channel; answers how many notices were tried."""
        if self._channel is None:
            return 0
        with self.house.database.reading(EVERYWHERE) as session:
            waiting = notices.due(session, at=clock.now(), limit=AT_ONCE)
        for notice in waiting:
            self._say(self._channel, notice)
        return len(waiting)

    def sweep(self) -> None:
        """Run every sweep; one that fails does not keep the others from running."""
        for sweep in self._sweeps:
            try:
                with self.house.database.transaction(EVERYWHERE) as session:
                    sweep(session, clock.now())
            except Exception:  # A guest's sweep may raise anything.
                _log.exception("sweep failed", sweep=sweep.__name__)

    def number_sheets(self) -> None:
        """Give each prep sheet past its cut-off a number, and tell the cooks what has changed since."""
        at = clock.now()
        with self.house.database.reading(EVERYWHERE) as session:
            passed = kitchen.due(session, at=at)
        for meal in passed:
            with self.house.database.transaction(EVERYWHERE) as session:
                kitchen.lock(session, of=meal, actor="job", at=at)
        with self.house.database.reading(EVERYWHERE) as session:
            heard_of = kitchen.heard_of(session, at=at)
        for meal, sheet in heard_of:
            with self.house.database.transaction(EVERYWHERE) as session:
                kitchen.tell(session, of=meal, sheet=sheet, at=at)
                _remind_of_samples(session, meal, at)

    def search_anomalies(self) -> int:
        """Look at the week that ended yesterday, everywhere; answers how many findings are new."""
        at = clock.now()
        with self.house.database.transaction(EVERYWHERE) as session:
            canteens = places.canteens_in(session, region_prefixes=[""])
            yesterday = clock.service_day(at) - timedelta(days=1)
            return anomalies.search(session, canteen_ids=[one.id for one in canteens], on=yesterday, at=at)

    def export_for_city(self) -> None:
        """Write the figures up to yesterday into the folder of the settings, where there is one."""
        folder, at = self.house.settings.city_folder, clock.now()
        if folder is not None:
            exports.write_city(self.house.database, folder, last=clock.service_day(at) - timedelta(days=1), at=at)

    def rehearse(self) -> None:
        """Set the stage of a demonstration once; asks again two seconds later while the guest's world is away."""
        if self._rehearsal is None:
            return
        if not self._rehearsal(clock.now()):
            raise RetryTask(delay=2)
        self._rehearsal = None

    def _say(self, channel: notices.Channel, notice: notices.Due) -> None:
        """Speak outside of any transaction, then note what became of it."""
        outcome = None if notice.sleeps_until else _attempt(channel, notice)
        with self.house.database.transaction(EVERYWHERE) as session:
            if notice.sleeps_until:
                notices.postpone(session, notice_id=notice.notice_id, until=notice.sleeps_until)
            elif outcome:
                notices.mark(session, notice_id=notice.notice_id, outcome=outcome, at=clock.now())

    def _schedule(self) -> Any:
        huey = self.huey

        # Huey is untyped.
        # Whoever finds the lock taken comes again, for what was enqueued since.
        @huey.periodic_task(crontab(), retries=3, retry_delay=2)  # type: ignore[untyped-decorator]
        @huey.lock_task("deliver")  # type: ignore[untyped-decorator]
        def deliver_due_notices() -> None:
            """Every minute: say what is due."""
            self.deliver()

        @huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
        @huey.lock_task("number_sheets")  # type: ignore[untyped-decorator]
        def number_prep_sheets() -> None:
            """Every minute: number the prep sheets whose cut-off has passed, tell the cooks of sheets and changes."""
            self.number_sheets()

        @huey.periodic_task(crontab(hour="19", minute="30"))  # type: ignore[untyped-decorator]
        def sweep_out() -> None:
            """At 3:30 in the night of China: delete what is of no more use, follow moves entered ahead of time."""
            self.sweep()

        if self.house.is_demo:

            @huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
            def cook_ahead() -> None:
                """Every minute, in a demonstration: offer menus for the days to come where they are missing."""
                with self.house.database.transaction(EVERYWHERE) as session:
                    demo.extend_menus(session, at=clock.now())

            @huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
            def rehearse() -> None:
                """Every minute until it was done, in a demonstration: set the stage of the official account."""
                self.rehearse()

        return deliver_due_notices

    def _schedule_fetching(self) -> Callable[[], Any]:
        huey = self.huey

        # Whoever finds the lock taken comes again, for what was spoken since.
        @huey.periodic_task(crontab(), retries=3, retry_delay=1)  # type: ignore[untyped-decorator]
        @huey.lock_task("fetch")  # type: ignore[untyped-decorator]
        def fetch_recordings() -> None:
            """Every minute, and when somebody spoke: fetch voice messages that nothing could make out."""
            self.fetch()

        return fetch_recordings  # type: ignore[no-any-return]

    def _schedule_standing(self) -> None:
        """Give what stands every week to the queue: in the evening for the days ahead, and again before breakfast."""
        huey = self.huey

        @huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
        @huey.lock_task("missed")  # type: ignore[untyped-decorator]
        def tell_missed_meals() -> None:
            """Every minute: tell the family that wants to know of ordered meals that are over and were not taken."""
            self.tell(checkin.tell_missed)

        @huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
        @huey.lock_task("remind")  # type: ignore[untyped-decorator]
        def remind_of_cutoffs() -> None:
            """Every minute: remind those who always order, and have not, an hour before it is too late."""
            self.tell(standing.remind)

        @huey.periodic_task(crontab(hour="10", minute="0"))  # type: ignore[untyped-decorator]
        def tell_of_tomorrow() -> None:
            """At 18:00 in China: send tomorrow's dishes to those who asked for them."""
            self.tell(standing.tell_of_tomorrow)

        @huey.periodic_task(crontab(hour="1", minute="0"))  # type: ignore[untyped-decorator]
        def tell_of_endings() -> None:
            """At 9:00 in China: tell those whose category ends within a month, and again within a week."""
            self.tell(eligibility.remind_of_endings)

        @huey.periodic_task(crontab(hour="12,21", minute="15"), retries=2, retry_delay=60)  # type: ignore[untyped-decorator]
        @huey.lock_task("standing")  # type: ignore[untyped-decorator]
        def run_standing_orders() -> None:
            """At 20:15 and 5:15 in China: place what stands for the days ahead, and say what is missing."""
            standing.run_ahead(self.house.database, at=clock.now())
            self.deliver_soon()

    def _schedule_settlement(self) -> tuple[Callable[[], Any], Callable[[], Any]]:
        """Give the accountant's work to the queue: each is done by one worker at a time, and may be begun anew."""
        huey = self.huey

        @huey.periodic_task(crontab(hour="20", minute="0"), retries=2, retry_delay=30)  # type: ignore[untyped-decorator]
        @huey.lock_task("reconsider")  # type: ignore[untyped-decorator]
        def reconsider_late_truth() -> None:
            """At 4:00 in the night of China, and when a fact was entered: propose what the books should hold."""
            settlement.reconsider(self.house.database, at=clock.now())

        @huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
        @huey.lock_task("reprice")  # type: ignore[untyped-decorator]
        def reprice_waiting() -> None:
            """Every minute, and when somebody asked: price past periods again; go on with what a worker left."""
            settlement.work(self.house.database, clock=clock.now)

        @huey.periodic_task(crontab(hour="21", minute="0"))  # type: ignore[untyped-decorator]
        @huey.lock_task("anomalies")  # type: ignore[untyped-decorator]
        def search_anomalies() -> None:
            """At 5:00 in the night of China: look at the last week's meals for what honest ones do not show."""
            self.search_anomalies()

        @huey.periodic_task(crontab(hour="21", minute="30"), retries=2, retry_delay=60)  # type: ignore[untyped-decorator]
        @huey.lock_task("city")  # type: ignore[untyped-decorator]
        def export_for_city() -> None:
            """At 5:30 in the night of China, where a folder is set: write yesterday's figures for a city."""
            self.export_for_city()

        return reconsider_late_truth, reprice_waiting

    def _schedule_rounds(self) -> None:
        huey = self.huey

        @huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
        @huey.lock_task("rounds")  # type: ignore[untyped-decorator]
        def plan_due_rounds() -> None:
            """Every minute: plan deliveries whose cut-off has passed, put late orders in, take cancelled ones out."""
            self.plan_rounds()

        @huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
        @huey.lock_task("care")  # type: ignore[untyped-decorator]
        def care_for_people() -> None:
            """Every minute: ask the next about tasks whose clock ran out, note orders that nobody came for."""
            self.care()

        @huey.periodic_task(crontab(hour="11", minute="0"))  # type: ignore[untyped-decorator]
        def look_for_missing() -> None:
            """At 19:00 in China: open tasks for people who usually come and have not."""
            self.look_for_missing()


def _log_round(due: rounds.Due, error: Exception) -> None:
    """Note that the work of one meal failed; a later look tries again, and the manager's page says why."""
    told = {"canteen": due.canteen_id, "day": due.service_date.isoformat(), "meal": due.meal}
    if isinstance(error, CanteenError):
        _log.warning("no plan", code=error.code, **told)
    else:
        _log.error("a round failed", exc_info=error, **told)


def _queue(house: House) -> Huey:
    settings = house.settings
    if settings.redis_url:
        # Long enough for a worker that waits a second for work, short enough for a page.
        pool = ConnectionPool.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=5)
        return RedisHuey("canteen", connection_pool=pool, results=False, utc=True)
    huey = SqliteHuey("canteen", filename=str(settings.var / "jobs.db"), results=False, utc=True)
    # A server that forks its workers must not hand them an open connection.
    huey.storage.close()
    return huey


def _attempt(channel: notices.Channel, notice: notices.Due) -> notices.Outcome:
    if notice.is_late:
        return notices.Outcome("never", notices.TOO_LATE)
    try:
        return channel.send(notice.account, notice.kind, notice.content, at=clock.now())
    except Exception:  # A channel may raise anything; the notice is tried again and the reason is in the log.
        _log.exception("a channel failed", notice=notice.notice_id)
        return notices.Outcome("again", "unknown")


def _remind_of_samples(session: Session, meal: kitchen.Meal, at: datetime) -> None:
    """Tell the cooks once, when a meal begins to be served, of which dishes no sample is kept."""
    service = places.services(session, canteen_id=meal.canteen_id, on=meal.service_date).get(meal.meal)
    if service is None or at < orders.serves_from(orders.hours(service), meal.service_date):
        return
    missing = safety.missing(session, canteen_id=meal.canteen_id, day=meal.service_date)
    dishes = "、".join(dish for of_meal, dish in missing if of_meal == meal.meal)
    content = {"meal": meal.meal, "dishes": dishes, "least": safety.LEAST_GRAMS}
    for cook in kitchen.listed(session, canteen_id=meal.canteen_id) if dishes else ():
        key = f"samples:{meal.canteen_id}:{meal.service_date}:{meal.meal}:{cook.account}"
        notices.enqueue(session, key=key, account=cook.account, kind="sample_missing", content=content, at=at)
