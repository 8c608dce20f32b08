#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what compare.py --json or scaling.py --json wrote: bars, as long as each runtime's share of the slowest, or lines.

  chart.py RESULTS.json >chart.svg
"""
import json
import sys

WIDTH, LABEL, BAR, GAP = 720, 130, 14, 12
PLOT, PAD = 170, 46  # a line chart's height, and the room around it
COLOURS = ["#3b6ea5", "#c0793a", "#7a9a4b", "#8a8a8a"]


def text(x, y, words, extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" {extra}>{words}</text>'


def draw_bars(case, figures, colour, y):
    parts = [text(LABEL - 10, y + BAR, case, 'text-anchor="end" font-weight="bold"')]
    slowest = max(figures.values())
    for name, value in figures.items():
        length = value / slowest * (WIDTH - LABEL - 170)
        parts.append(f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour[name]}"/>')
        parts.append(text(LABEL + length + 6, y + BAR - 3, f"{name} {value:,.1f}"))
        y += BAR + 2
    return parts, y + GAP


def draw_lines(title, lines, colour, y):
    most_x = max(x for points in lines.values() for x, _ in points)
    most_y = max(value for points in lines.values() for _, value in points)
    left, right, bottom = PAD, WIDTH - 130, y + PLOT
    parts = [text(left, y + 4, title, 'font-weight="bold"'),
             f'<path d="M{left} {y + 14}V{bottom}H{right}" fill="none" stroke="#888"/>',
             text(left - 6, y + 22, f"{most_y:,.0f}", 'text-anchor="end"'),
             text(right, bottom + 16, f"{most_x:,}", 'text-anchor="end"')]
    for name, points in lines.items():
        at = [(left + x / most_x * (right - left), bottom - value / most_y * (PLOT - 18)) for x, value in points]
        parts.append('<polyline fill="none" stroke-width="2" stroke="{}" points="{}"/>'.format(
            colour[name], " ".join(f"{a:.1f},{b:.1f}" for a, b in at)))
        parts.append(text(right + 6, at[-1][1] + 4, f"{name} {points[-1][1]:,.1f}", f'fill="{colour[name]}"'))
    return parts, bottom + 40


def draw(results):
    names = list(dict.fromkeys(name for case in results.values() for name in case))
    colour = {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(names)}
    y, parts = 16, []
    for case, figures in results.items():
        is_curve = isinstance(next(iter(figures.values())), list)
        drawn, y = (draw_lines if is_curve else draw_bars)(case, figures, colour, y)
        parts += drawn
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" font-family="sans-serif" '
            f'font-size="12"><rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>")


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        print(draw(json.load(file)))
