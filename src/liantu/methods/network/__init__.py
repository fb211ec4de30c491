"""Supply networks: what a failure costs, through whom it runs, and what would soften it."""

from liantu.methods.network.supply import SupplyNetwork, supply_network
from liantu.methods.network.systemic_risk import (
    Losses,
    Shocks,
    SystemicRisk,
    closures,
    group_shocks,
    losses,
    shocks_of,
    systemic_risk,
    write_systemic_risk,
)

__all__ = [
    "Losses",
    "Shocks",
    "SupplyNetwork",
    "SystemicRisk",
    "closures",
    "group_shocks",
    "losses",
    "shocks_of",
    "supply_network",
    "systemic_risk",
    "write_systemic_risk",
]
