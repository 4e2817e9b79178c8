# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages that would be dear to show if what they say were believed.

Each is one of 64 KiB and one of 1 MiB, which is all that is looked at: as many
attributes as there is room for, lists in lists, each as long as it can be, and
lists that branch.  With -v and long strings nothing is left out, so that only
the bounds of the decoder hold.
"""

import os
import resource
import subprocess
import tempfile

SIZES = (1 << 16, 1 << 20)
SECONDS = 1             # of a processor, for one; it takes a tenth of one
PATIENCE = 60
# Of text for each byte, and in all: a head takes 70 bytes, an attribute four.
RATIO, MOST = 24, 5 << 20
OPTIONS = ("-v -s 1048576", "--json -v")
FAMILY = "devlink"
NEST = 27               # DEVLINK_ATTR_DPIPE_TABLES, which holds its like


def attributes(count, length, kind):
    """As a golden case writes them."""
    return f"{count}*{kind << 16 | length:#x}:4"


def tree(budget):
    """A list that holds two lists, of half the bytes each, and so on."""
    half = (budget - 4) // 8 * 4
    inner = tree(half) * 2 if half >= 8 else b""
    return (4 + len(inner)).to_bytes(2, "little") + \
        NEST.to_bytes(2, "little") + inner


def bodies(count):
    """(name, attributes of so many times four bytes)"""
    yield "empty attributes", attributes(count, 4, 1)
    yield "chain of lists", attributes(count, 0xffff, NEST)
    yield "lists of empty lists", attributes(7, 0xffff, NEST) + " " + \
        attributes(count - 7, 4, NEST)
    branches = "".join(f"\\x{byte:02x}" for byte in tree(4 * count % 0xffff))
    yield "branches", f'"{branches}"'
    yield "ends at once", attributes(count, 3, 1)


def cases():
    """(name, size, line of a golden case)"""
    for size in SIZES:
        for name, body in bodies((size - 20) // 4):
            yield name, size, f"sendto(3, {{{size}:4 21:2 5:2 0:8 1:1 1:1 " \
                f"0:2 {body}}}, {size}, 0, 0, 0) = {size}"
        yield "messages", size, \
            f"sendto(3, {{{size // 16}*0x1500000010:8}}, {size // 2}, 0, 0, " \
            f"0) = {size // 2}"


def run(folder, options):
    """The seconds it took, and the bytes that were written."""
    told = os.path.join(folder, "told")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    try:
        subprocess.run(["tests/golden/case", "-qq", *options.split(), "-o",
                        told, os.path.join(folder, "bomb.case")], check=True,
                       timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return PATIENCE, 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    return after - before, os.path.getsize(told)


def check_bombs(report):
    with tempfile.TemporaryDirectory() as folder:
        for name, size, line in cases():
            with open(os.path.join(folder, "bomb.case"), "w",
                      encoding="ascii") as f:
                f.write(f"fd 3 netlink:16\ngenl 21 {FAMILY}\n{line}\n")
            for options in OPTIONS:
                about = f"{size} bytes of {name} with {options}"
                report.tested.add(about)
                seconds, told = run(folder, options)
                if seconds > SECONDS:
                    report.wrong(about, f"took {seconds:.1f} seconds")
                if told > min(RATIO * size, MOST):
                    report.wrong(about, f"{told} bytes were written")
