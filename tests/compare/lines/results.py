# SPDX-License-Identifier: LGPL-2.1-or-later
"""What stands behind a result tells what memory was after the call."""

import re

from lines.text import Change, Fields, Gap, Items, Parser, Unknown


def with_results(call, values):
    """The values, with what they became."""
    values = list(values)
    if re.fullmatch(r"p?poll(_time64)?", call.name):
        polled(call, values)
    elif re.fullmatch(r"_newselect|p?select(6|6_time64)?", call.name):
        selected(call, values)
    return values


def polled(call, values):
    """poll(...) = 1 ([{fd=3, revents=POLLIN}])"""
    start = call.rest.find("([{")
    if start < 0 or not isinstance(values[0], Items):
        return
    parser = Parser(call.rest)
    parser.at = start + 1
    found = [v.items for _, v in parser.value().items
             if isinstance(v, Fields)]
    after = []
    for _, v in values[0].items:
        if isinstance(v, Gap):
            raise Unknown("a part of what a result tells of")
        items = list(v.items)
        if found and found[0][0][1] == items[0][1]:
            items.append(found.pop(0)[1])
        after.append((None, Fields(items)))
    values[0] = Change(values[0], Items(after, False))


def selected(call, values):
    """select(...) = 1 (in [3], left {tv_sec=1, tv_usec=0})"""
    if not re.match(r"\d", call.result):
        return
    for i, name in ((1, "in"), (2, "out"), (3, "except")):
        if not isinstance(values[i], Items):
            continue
        parser = Parser(call.rest)
        start = call.rest.find(name + " [")
        after = Items([], False)
        if start >= 0:
            parser.at = start + len(name) + 1
            after = parser.value()
        values[i] = Change(values[i], after)
