#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what compare.py --json wrote: for each case a bar a runtime, as long as its share of the slowest.

  chart.py RESULTS.json >chart.svg
"""
import json
import sys

WIDTH, LABEL, BAR, GAP = 720, 130, 14, 12
COLOURS = ["#3b6ea5", "#c0793a", "#7a9a4b", "#8a8a8a"]


def draw(results):
    names = list(dict.fromkeys(name for case in results.values() for name in case))
    colour = {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(names)}
    y, parts = 10, []
    for case, figures in results.items():
        parts.append(f'<text x="{LABEL - 10}" y="{y + BAR}" text-anchor="end" font-weight="bold">{case}</text>')
        slowest = max(figures.values())
        for name, value in figures.items():
            length = value / slowest * (WIDTH - LABEL - 170)
            parts.append(f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{colour[name]}"/>'
                         f'<text x="{LABEL + length + 6:.1f}" y="{y + BAR - 3}">{name} {value:,.1f}</text>')
            y += BAR + 2
        y += GAP
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" font-family="sans-serif" '
            f'font-size="12"><rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>")


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        print(draw(json.load(file)))
