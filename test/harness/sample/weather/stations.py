STATIONS = [
    {"name": "Harbour", "reading": {"celsius": 11.5, "wind": 7}},
    {"name": "Hill", "reading": {"celsius": 8.0, "wind": 12}},
    {"name": "Airport", "reading": {"fahrenheit": 50.9, "wind": 9}},
]


def warmest(stations):
    return max(stations, key=lambda station: station["reading"]["celsius"])
