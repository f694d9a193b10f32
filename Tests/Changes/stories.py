"""What is changed at a shop, and what `plumbline compare` must make of it.

A story has a `before`, a change, and an `after` of the same length; the change is not in either. The verdict is asked of
the proxy's log, from outside and with the words that a developer would use.
"""

from dataclasses import dataclass
from typing import Awaitable, Callable

from shop import Shop

ORDERS = "/orders/{id}"


@dataclass
class Story:
    promise: str
    change: Callable[[Shop], Awaitable[None]]
    verdicts: tuple[str, ...]
    # A response time, which a busy machine hides: a short run may be inconclusive, but never wrong.
    is_timed: bool = True
    # How the change of the promised number must be explained, where it must be.
    attributions: tuple[str, ...] = ()
    # Guardrails of which at least one must be named as regressed.
    regressed: tuple[tuple[str, str], ...] = ()
    # Routes that the checklist of a change record must name as purged, besides the one that was to be.
    also_purged: tuple[str, ...] = ()
    ttl_seconds: int = 4


async def remove_n_plus_one(shop: Shop) -> None:
    await shop.deploy(orders="joined")


async def keep_longer(shop: Shop) -> None:
    shop.keep_for(600)


async def restart(shop: Shop) -> None:
    await shop.deploy()


async def slower_and_kept_longer(shop: Shop) -> None:
    shop.keep_for(600)
    await shop.deploy(slower="2")


async def fail(shop: Shop) -> None:
    await shop.deploy(failing="0.08")


async def purge_too_much(shop: Shop) -> None:
    shop.purge_everything()


STORIES = {
    "n-plus-one-removed": Story(f"db_calls {ORDERS} -50%", remove_n_plus_one, ("met",), is_timed=False),
    "faster-by-it": Story(f"mean {ORDERS} -30%", remove_n_plus_one, ("met",), attributions=("real_improvement",)),
    "cache-kept-longer": Story(f"mean {ORDERS} -30%", keep_longer, ("not_met",), attributions=("cache_mix",)),
    "nothing-changed": Story(f"p95 {ORDERS} -20%", restart, ("not_met",)),
    "slower-behind-the-cache": Story(f"mean {ORDERS} -20%", slower_and_kept_longer, ("regressed",)),
    "errors-introduced": Story(
        f"p95 {ORDERS} -20%", fail, ("regressed",), is_timed=False, regressed=(("error_ratio", "/products"),)),
    "purged-too-much": Story(
        f"p95 {ORDERS} -20%", purge_too_much, (), also_purged=("/products", "/search"),
        ttl_seconds=600),
}
