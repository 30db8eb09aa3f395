"""Which hub each vehicle of a scenario belongs to."""

from demo.scenario.trust import Hub, Trust, VehicleGroup
from services.kernel.vehicle import Technology


def home_hubs(trust: Trust) -> list[list[Hub]]:
    """Return, for each group of vehicles, the home of each of its vehicles.

    Crewed vehicles fill each hub's places exactly: those that only some hubs can have come first.
    Other vehicles are spread over the hubs that can have them, by size.
    """
    groups = trust.vehicles.list
    places = [hub for hub in trust.hubs.list for _ in range(hub.dca)]
    free = list(places)
    homes: dict[int, list[Hub]] = {}
    for index in sorted(range(len(groups)), key=lambda index: not is_choosy(groups[index])):
        group = groups[index]
        crewed = group.type is trust.crew_starts.vehicle_type
        homes[index] = spread(free if crewed else places, group)
        if crewed:
            for hub in homes[index]:
                free.remove(hub)
    return [homes[index] for index in range(len(groups))]


def spread(places: list[Hub], group: VehicleGroup) -> list[Hub]:
    """Return as many of the places as the group has vehicles, evenly chosen."""
    fitting = [hub for hub in places if fits(hub, group)]
    if not fitting:
        raise ValueError(f"no hub has a place for {group.type} {group.technology}")
    step = len(fitting) / max(1, group.count)
    return [fitting[int((index + 0.5) * step)] for index in range(group.count)]


def fits(hub: Hub, group: VehicleGroup) -> bool:
    if group.hub is not None:
        return hub.name == group.hub
    charged = group.technology is not Technology.BEV or hub.charger_bays > 0
    return charged and group.duty in {None, hub.duty}


def is_choosy(group: VehicleGroup) -> bool:
    return group.technology is Technology.BEV or group.duty is not None or group.hub is not None
