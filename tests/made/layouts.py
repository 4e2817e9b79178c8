# SPDX-License-Identifier: LGPL-2.1-or-later
"""What "abigen --structs" tells of structs against the tables.

It has a line "struct NAME ABI SIZE" for each, and for each member its name,
where it lies and how long it is; "_" is padding.
"""

import os
import subprocess
import sys

from compare import all_names, is_joined, visible
from facts import ABIS

# The kernel's own has that name, the tables' is a program's.
OTHERS = {"timespec"}


def read_layouts(inputs):
    """(name, ABI): size, [(member, offset, size)]"""
    told = subprocess.run(
        ["./abigen", "--structs", *inputs], check=False, text=True,
        stdout=subprocess.PIPE,
        env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
    if told.returncode:
        sys.exit(f"abigen: exit status {told.returncode}")
    found, members = {}, []
    for line in told.stdout.splitlines():
        words = line.split()
        if words[0] == "struct":
            members = []
            found[words[1], words[2]] = int(words[3]), members
        elif words[0] != "_":
            members.append((words[0], int(words[1]), int(words[2])))
    return found


def places(fields, abi):
    """Members by name, those of structs and unions without one included."""
    found = {}
    for f in visible(fields):
        if f.kind == "union" and not f.name:
            for name, some in places(f.inner, abi).items():
                found.setdefault(name, []).extend(some)
        elif f.places[abi]:
            found.setdefault(f.name, []).append(f.places[abi][:2])
    return found


def nameless_unions(fields):
    for f in visible(fields):
        if f.kind == "union" and not f.name:
            yield f
            yield from nameless_unions(f.inner)


def member_wrong(member, top, known, abi):
    """What is wrong with one that is described."""
    name, off, size = member
    if name in known:
        if (off, size) in known[name]:
            return None
        where = ", ".join(f"{o}:{s}" for o, s in known[name])
        return f"lies at {off}:{size}, not at {where}"
    unions = [u for u in ([top] if top.kind == "union" else
                          nameless_unions(top.inner))
              if is_joined(name, set(all_names(u)))]
    if any(u.places[abi] and u.places[abi][:2] == (off, size)
           for u in unions):
        return None
    return f"no union lies at {off}:{size}" if unions else \
        "nothing is called so"


def lacking(top, told, abi):
    """The members that are not described."""
    names = {m[0] for m in told}
    if top.kind == "union":
        return
    for f in visible(top.inner):
        place = f.places[abi]
        if place is None or not place.size or f.name in names:
            continue
        if f.name or not any(
                place.off <= off < place.off + place.size and
                (name in set(all_names(f)) or
                 is_joined(name, set(all_names(f))))
                for name, off, _ in told):
            yield f.name or "|".join(all_names(f))


def compare_struct(top, abi, layout, tables):
    """(member, what is wrong with it) of one struct on one ABI."""
    size, told = layout
    by_hand = top.name in tables.replaced
    known = places(top.inner, abi)
    if size != top.places[abi].size:
        yield "sizeof", f"is {size}, not {top.places[abi].size}"
    for member in told:
        if by_hand and member[0] not in known:
            continue
        wrong = member_wrong(member, top, known, abi)
        if wrong:
            yield member[0], wrong
    if not by_hand:
        for name in lacking(top, told, abi):
            yield name, "is not described"


def compare_layouts(inputs, tables):
    """(STRUCT.MEMBER, ABI, what is wrong), and the structs compared."""
    layouts = read_layouts(inputs)
    described = {name for name, _ in layouts}
    names = {t.name for t in tables.structs.values()} & described - OTHERS
    found = []
    for name in sorted(names):
        for abi, abi_name in enumerate(ABIS):
            top = tables.struct(name, abi)
            if top.places[abi] is None:
                continue
            if (name, abi_name) not in layouts:
                found.append((name + ".sizeof", abi_name, "has no layout"))
                continue
            found += [(f"{name}.{member}", abi_name, what) for member, what in
                      compare_struct(top, abi, layouts[name, abi_name],
                                     tables)]
    return found, names
