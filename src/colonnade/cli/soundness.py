"""Whether it may start at all: with sandboxes that hold, or openly without any for one person."""

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.accounts.service import Accounts
from colonnade.kit.errors import Invalid, Unavailable
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import Tier
from colonnade.runtimes.local import LocalEngine

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


async def demand_sandbox(settings: Settings) -> None:
    """Raises Unavailable where this machine holds no sound sandbox, saying what to install."""
    engine = LocalEngine(settings)
    try:
        tier = await engine.tier()
    finally:
        await engine.close()
    if not tier.sound:
        raise Unavailable(
            f"This machine cannot hold notebooks safely: {_missing(tier)}.",
            "Mend that (`colonnade doctor` has the whole list) and end the host that still runs "
            "with `colonnade host --stop`; or, for yourself alone on this machine, start with "
            "--unsafe-no-sandbox.",
        )


async def demand_one_local_person(
    settings: Settings, accounts: Accounts, session: AsyncSession
) -> None:
    """Raises Invalid when code without a sandbox would be reachable by anybody else."""
    if settings.host not in LOOPBACK or settings.app_url:
        raise Invalid(
            "--unsafe-no-sandbox serves this machine only.",
            "Leave --host and app_url away, or start with sandboxes.",
        )
    if len(await accounts.people.all(session)) > 1:
        raise Invalid(
            "--unsafe-no-sandbox is for one person, and there are more in this data folder.",
            "Start with sandboxes, or choose another folder with --data.",
        )


def _missing(tier: Tier) -> str:
    lines = [line for line in tier.lines if line.level == "missing"]
    return "; ".join(f"{line.name}: {line.detail} ({line.remedy})" for line in lines)
