from stations import STATIONS, warmest


def report():
    station = warmest(STATIONS)
    print(f"Warmest: {station['name']}, {station['reading']['celsius']} °C")


if __name__ == "__main__":
    report()
