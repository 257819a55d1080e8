"""The figures of a running bot as Prometheus reads them.

No label holds anything of a server, a person or a query.
"""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from bot import __version__
from bot.domain.announcements import Lane
from bot.domain.buckets import Buckets
from bot.domain.deliveries import DeliveryState
from bot.domain.health import AnnouncerState
from bot.ops.reading import Stored
from bot.ops.watched import Watched
from bot.services.moments import utc_now
from bot.storage.figures import Unsent


class Figures(Collector):
    """Reads the figures at the moment they are asked for; what the database says is kept."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        yield from self._process()
        yield from self._lookups()
        yield from self._chat()
        yield from self._announcing()
        yield from self._database()

    def _process(self) -> Iterator[Metric]:
        watched = self._watched
        yield InfoMetricFamily("casebook_build", "The version.", {"version": __version__})
        yield _histogram(
            "casebook_event_loop_lag_seconds",
            "How late the event loop came back, twice a second.",
            [],
            [([], watched.loop.lateness)],
        )
        yield _gauge(
            "casebook_index_revision",
            "The catalogue's revision that lookups are answered from.",
            watched.catalogue.revision,
        )
        yield _gauge("casebook_index_cases", "Public cases in the index.", watched.vitals().cases)
        age = watched.backup_age()
        if age is not None:
            yield _gauge("casebook_backup_age_seconds", "Age of the newest backup.", age)

    def _lookups(self) -> Iterator[Metric]:
        lookups = self._watched.lookups
        counted = CounterMetricFamily(
            "casebook_lookups", "Lookups since the start.", labels=["asked", "outcome"]
        )
        for (asked, outcome), count in sorted(lookups.outcomes.items()):
            counted.add_metric([asked, outcome], count)
        yield counted
        yield _histogram(
            "casebook_lookup_seconds",
            "From the query to the rendered answer.",
            ["asked"],
            [([asked], seconds) for asked, seconds in lookups.seconds.items()],
        )

    def _chat(self) -> Iterator[Metric]:
        chat = self._watched.chat()
        yield _gauge("casebook_ready", "Whether Discord has told of every server.", chat.ready)
        yield _gauge("casebook_servers", "Servers that the bot is in.", chat.servers)
        failed = CounterMetricFamily(
            "casebook_failed_interactions", "Interactions that failed in the bot itself."
        )
        failed.add_metric([], chat.failures)
        yield failed
        latency = GaugeMetricFamily(
            "casebook_shard_latency_seconds",
            "From a heartbeat to its acknowledgement.",
            labels=["shard"],
        )
        connected = GaugeMetricFamily(
            "casebook_shard_connected", "Whether a shard is connected.", labels=["shard"]
        )
        for shard in chat.shards:
            connected.add_metric([str(shard.number)], shard.is_open)
            if shard.latency is not None:
                latency.add_metric([str(shard.number)], shard.latency)
        yield latency
        yield connected

    def _announcing(self) -> Iterator[Metric]:
        outbox = self._watched.outbox
        now = outbox.state
        states = GaugeMetricFamily(
            "casebook_announcer_state", "1 for what the announcer is doing.", labels=["state"]
        )
        for state in AnnouncerState:
            states.add_metric([state], state is now)
        yield states
        resting = "For how long nothing is sent: Discord has had enough, or does not answer."
        yield _gauge("casebook_announcer_resting_seconds", resting, outbox.resting_for())
        attempts = CounterMetricFamily(
            "casebook_delivery_attempts",
            "What became of attempts to deliver, since the start.",
            labels=["lane", "state", "code"],
        )
        for (lane, state, code), count in sorted(outbox.outcomes.items()):
            attempts.add_metric([lane, state, str(code)], count)
        yield attempts
        ever, recently = outbox.invalid_requests
        invalid = CounterMetricFamily(
            "casebook_invalid_requests",
            "Announcing requests that Discord counts as invalid, since the start.",
        )
        invalid.add_metric([], ever)
        yield invalid
        yield _gauge(
            "casebook_invalid_requests_recent",
            "The same in the last ten minutes; Discord bans an address at 10,000.",
            recently,
        )

    def _database(self) -> Iterator[Metric]:
        stored = self._watched.reading.stored
        yield _gauge("casebook_database_up", "Whether the database answers.", stored is not None)
        if stored is None:
            return
        yield _gauge(
            "casebook_database_read_seconds", "How long these figures took.", stored.seconds
        )
        yield _gauge(
            "casebook_database_revision", "The catalogue's revision there.", stored.revision
        )
        yield from _unsent(stored.unsent)
        yield _subscriptions(stored)


def registry_of(watched: Watched) -> CollectorRegistry:
    """A registry of its own with these figures and the process's memory, time and files."""
    registry = CollectorRegistry()
    registry.register(Figures(watched))
    ProcessCollector(registry=registry)
    return registry


def _unsent(unsent: Iterable[Unsent]) -> Iterator[Metric]:
    by_state = GaugeMetricFamily(
        "casebook_deliveries",
        "Deliveries that have not arrived, by state and Discord's reason.",
        labels=["lane", "state", "code"],
    )
    depth = dict.fromkeys(Lane, 0)
    lag = dict.fromkeys(Lane, 0.0)
    now = utc_now()
    for each in unsent:
        by_state.add_metric([each.lane, each.state, str(each.code)], each.count)
        if each.state in {DeliveryState.WAITING, DeliveryState.SENDING}:
            depth[each.lane] += each.count
            overdue = (now - each.due_at).total_seconds()
            lag[each.lane] = max(lag[each.lane], overdue)
    yield by_state
    yield _by_lane("casebook_outbox_depth", "Deliveries that wait or are under way.", depth)
    yield _by_lane("casebook_outbox_lag_seconds", "How long the oldest has been due.", lag)


def _by_lane(name: str, says: str, values: Mapping[Lane, float]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=["lane"])
    for lane, value in values.items():
        family.add_metric([lane], value)
    return family


def _subscriptions(stored: Stored) -> Metric:
    family = GaugeMetricFamily(
        "casebook_subscriptions", "Subscriptions, by state.", labels=["lane", "state"]
    )
    for (lane, state), count in sorted(stored.subscriptions.items()):
        family.add_metric([lane, state], count)
    return family


def _gauge(name: str, says: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, says)
    family.add_metric([], value)
    return family


def _histogram(
    name: str, says: str, labels: list[str], spreads: Iterable[tuple[list[str], Buckets]]
) -> Metric:
    family = HistogramMetricFamily(name, says, labels=labels)
    for values, spread in spreads:
        buckets = [
            ("+Inf" if bound == float("inf") else str(bound), float(count))
            for bound, count in spread.cumulated()
        ]
        family.add_metric(values, buckets, spread.total)
    return family
