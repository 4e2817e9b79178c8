# SPDX-License-Identifier: LGPL-2.1-or-later
"""Made-up memory, as the golden case program reads it."""

import re

from lines.text import Unknown

# Longer ones do not fit into a line of a case.
MAX_MEMORY = 1 << 20
RUN = re.compile(rb"(.)\1{11,}", re.DOTALL)


class Memory:
    """Bytes, in some places pointers to other memory."""

    def __init__(self, data=b""):
        self.data = bytearray(data)
        self.pointers = {}

    def __len__(self):
        return len(self.data)

    def reach(self, end):
        """Be at least so long, with zeros."""
        if end > MAX_MEMORY:
            raise Unknown("too much memory")
        if len(self.data) < end:
            self.data += bytes(end - len(self.data))

    def put(self, off, data):
        self.reach(off + len(data))
        self.data[off:off + len(data)] = data

    def put_number(self, off, size, value):
        self.put(off, (value & (1 << 8 * size) - 1).to_bytes(size, "little"))

    def put_bits(self, off, bits, value):
        """bits: (of the first, counted from off, how many)"""
        first, width = bits
        size = (first + width + 7) // 8
        self.reach(off + size)
        old = int.from_bytes(self.data[off:off + size], "little")
        value = (value & (1 << width) - 1) << first
        self.put_number(off, size, old | value)

    def put_pointer(self, off, word, target):
        self.reach(off + word)
        self.pointers[off] = word, target

    def put_memory(self, off, other):
        """Other memory in place."""
        self.put(off, other.data)
        for at, pointer in other.pointers.items():
            self.pointers[off + at] = pointer

    def cut(self, end):
        """Have nothing behind end."""
        del self.data[end:]
        for at in [a for a in self.pointers if a >= end]:
            del self.pointers[at]

    def pieces(self):
        """How many regions this takes."""
        return 1 + sum(t.pieces() for _, t in self.pointers.values())

    def __str__(self):
        out, at = [], 0
        for off in sorted(self.pointers):
            word, target = self.pointers[off]
            out += show_bytes(self.data[at:off]) + ["&" + str(target)]
            at = off + word
        return "{" + " ".join(out + show_bytes(self.data[at:])) + "}"


def show_bytes(data):
    """Text, and counts of what is often the same."""
    out, at = [], 0
    data = bytes(data)
    for run in list(RUN.finditer(data)) + [None]:
        end = run.start() if run else len(data)
        if end > at:
            out.append('"' + "".join(map(show_byte, data[at:end])) + '"')
        if run:
            out.append(f"{len(run.group())}*{run.group()[0]}:1")
            at = run.end()
    return out


def show_byte(c):
    return chr(c) if 32 <= c < 127 and c not in b'"\\' else f"\\x{c:02x}"
