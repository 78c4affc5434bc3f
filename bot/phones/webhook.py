"""Updates by webhook: one at a time, in order, again after a failure, as Telegram posts them."""

from __future__ import annotations

import asyncio

import aiohttp

from bot.phones.cloud import Cloud

PAUSE_AFTER_FAILURE = 0.2
PATIENCE = aiohttp.ClientTimeout(total=60)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret


async def deliver(cloud: Cloud) -> None:
    """Until cancelled, post what waits to the webhook, while there is one. A 2xx confirms an update."""
    woken = asyncio.Event()
    cloud.on_change.append(woken.set)
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            while True:
                await woken.wait()
                woken.clear()
                while cloud.profile.webhook and cloud.updates.waiting:
                    if not await _post_oldest(cloud, session):
                        await asyncio.sleep(PAUSE_AFTER_FAILURE)
    finally:
        cloud.on_change.remove(woken.set)


async def _post_oldest(cloud: Cloud, session: aiohttp.ClientSession) -> bool:
    oldest = cloud.updates.waiting[0]
    webhook = cloud.profile.webhook
    headers = {"Content-Type": "application/json"}
    if "secret_token" in webhook:
        headers[SECRET_HEADER] = webhook["secret_token"]
    try:
        async with session.post(webhook["url"], data=oldest.raw, headers=headers) as answer:
            accepted = 200 <= answer.status < 300
    except (aiohttp.ClientError, TimeoutError):
        return False
    if accepted:
        cloud.updates.take_one(oldest)
    return accepted
