"""The picture of her weeks: dots between five drawn faces, read without colour and on a small phone.

It holds no name, no title and no number but the days on which weeks begin, and no word in its metadata. Its font
comes with matplotlib, the only module of the bot that needs it is this one, and it is imported when first needed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from flows.checkins.faces import Week

INCHES, DPI = (7.2, 4.8), 100
"""720 by 480 dots: twice a small phone, so that a letter of it is eleven dots high there."""
FONT, SIZE = "DejaVu Sans", 17
INK, FAINT = "#202020", "#c8c8c8"
GREYS = 16
EVERY = 3
"""Each third week has its day under it: more would touch on a small phone."""
MOST = 30_000
"""Bytes: data costs."""
LOOK: Any = {"font.family": FONT, "font.size": SIZE, "text.color": INK, "xtick.color": INK}


def drawn(weeks: Sequence[Week], lighter: str, heavier: str) -> bytes:
    """A PNG of under `MOST` bytes. `lighter` and `heavier` stand at the two ends of the faces."""
    with mpl.rc_context(LOOK):
        figure = Figure(figsize=INCHES, dpi=DPI)
        canvas: Any = FigureCanvasAgg(figure)
        axes = figure.add_axes((0.11, 0.16, 0.86, 0.68))
        _ground(axes, weeks)
        means = [np.nan if week.mean is None else week.mean for week in weeks]
        axes.plot(range(len(weeks)), means, "-o", color=INK, linewidth=3, markersize=13, clip_on=False)
        figure.text(0.02, 0.93, f"▲ {lighter}", va="center")
        figure.text(0.02, 0.045, f"▼ {heavier}", va="center")
        canvas.draw()
        dots = np.asarray(canvas.buffer_rgba())
    out = io.BytesIO()
    # A few greys are all it needs: a fifth of the bytes. Pillow writes the dots and nothing about them.
    Image.fromarray(dots).convert("L").quantize(GREYS).save(out, format="png", optimize=True)
    return out.getvalue()


def _ground(axes: Axes, weeks: Sequence[Week]) -> None:
    """The five lines with a face at each, and the days below."""
    axes.set_xlim(-0.5, len(weeks) - 0.5)
    axes.set_ylim(0.6, 5.4)
    axes.set_frame_on(False)
    axes.set_yticks([])
    axes.hlines(range(1, 6), -0.5, len(weeks) - 0.5, color=FAINT, linewidth=1.2, zorder=0)
    named = range((len(weeks) - 1) % EVERY, len(weeks), EVERY)
    axes.set_xticks(list(named), [f"{weeks[at].begins:%d.%m}" for at in named])
    axes.tick_params(length=0)
    for value in range(1, 6):
        _face(axes, value)


def _face(axes: Axes, value: int) -> None:
    """A face beside its line, its mouth from turned down to turned up. Dots of the picture are its measure."""
    pinned = axes.inset_axes((-0.105, (value - 0.6) / 4.8 - 0.085, 0.085, 0.17))
    pinned.set_aspect("equal")
    pinned.set_axis_off()
    turn, across = np.linspace(0, 2 * np.pi, 60), np.linspace(-0.5, 0.5, 30)
    pinned.plot(np.cos(turn), np.sin(turn), color=INK, linewidth=2)
    pinned.plot([-0.35, 0.35], [0.3, 0.3], "o", color=INK, markersize=3.5)
    bend = (value - 3) * 0.5
    pinned.plot(across, bend * (across**2 * 4 - 1) * 0.4 - 0.38 + bend * 0.14, color=INK, linewidth=2.2)
