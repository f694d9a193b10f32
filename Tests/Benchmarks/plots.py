"""Pictures of curves."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


def curves(path: Path, label: str, points: tuple[int, ...], values: dict[str, list[float]]) -> None:
    """Nanoseconds of CPU a line; logarithmic where the points are."""
    figure, axes = pyplot.subplots(figsize=(6, 3.5), dpi=100)
    for name, heights in values.items():
        axes.plot(points, heights, marker="o", label=name)
    if points[0] > 0:
        axes.set_xscale("log")
    if max(map(max, values.values())) > 20 * min(map(min, values.values())):
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.set_xlabel(label)
    axes.set_ylabel("ns of CPU a line")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
