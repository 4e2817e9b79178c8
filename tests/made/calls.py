# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls that are made up of commands, as golden cases.

Each byte of a filling differs from its neighbours and none is zero; those of
the first have the highest bit, those of the second have not, so that they
differ everywhere, and the two together are the same again after 16256 bytes.
"""

import collections
import glob
import os
import random
import re

from facts import ABIS

HERE = os.path.dirname(os.path.abspath(__file__))
DESCRIPTIONS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "src/abi")
OPTIONS = ("--json", "-X", "raw", "-v", "-s", "20000")
LONGEST = 16384

WORD_LIST = r"\w+(?:\s*,\s*\w+)*"
IOCTL = re.compile(rf"^ioctl\s+({WORD_LIST})(?:\s+on\s+(\w+))?", re.M)
STRUCT = re.compile(r"^(?:struct|union)\s+(\w+)", re.M)
REFINED = re.compile(r"^refine\s+(\w+)\s*\{", re.M)
ITEM = re.compile(r"\s*(?:\w+\.)*(\w+)")
DESCRIPTOR = re.compile(r'^descriptor\s+(\w+)\s+(driver\s+)?\{\s*"([^"]*)"',
                        re.M)

# a, b: the fillings before and after the call; cut: bytes that are there.
Call = collections.namedtuple("Call", "command abi a b cut fails")


def make_fillings():
    """Two that differ everywhere, then some that differ by chance."""
    yield bytes(0x80 + i * 37 % 128 for i in range(LONGEST))
    yield bytes(1 + i * 19 % 127 for i in range(LONGEST))
    chance = random.Random(1)
    for _ in range(6):
        found, last = bytearray(), 0
        while len(found) < LONGEST:
            byte = chance.randrange(1, 256)
            if byte != last:
                found.append(byte)
            last = byte
        yield bytes(found)


FILLINGS = list(make_fillings())
TEXTS = ["".join(f"\\x{byte:02x}" for byte in f) for f in FILLINGS]


def items_of(text):
    """What stands inside braces whose first one was in front of the text."""
    depth, item = 1, ""
    for c in text:
        depth += (c in "{(") - (c in "})")
        if not depth:
            break
        if c in ";\n" and depth == 1:
            yield item
            item = ""
        else:
            item += c
    yield item


class Descriptions:
    """What is described by hand, and which command needs what descriptor."""

    def __init__(self, folder=DESCRIPTIONS):
        self.made, self.by_hand = {}, set()     # name: kind; names
        self.replaced = set()                   # structs
        self.refined = collections.defaultdict(set)
        self.paths = {None: "/none"}
        for path in sorted(glob.glob(folder + "/**/*.abi", recursive=True)):
            with open(path, encoding="utf-8") as f:
                text = re.sub(r"#[^\n]*", "", f.read())
            if os.path.basename(os.path.dirname(path)) == "made":
                self.read_made(text)
            else:
                self.read_by_hand(text)

    def is_made(self, command):
        return command.name in self.made and command.name not in self.by_hand

    def read_made(self, text):
        for names, kind in IOCTL.findall(text):
            for name in re.findall(r"\w+", names):
                self.made[name] = kind or None

    def read_by_hand(self, text):
        for names, _ in IOCTL.findall(text):
            self.by_hand.update(re.findall(r"\w+", names))
        self.replaced.update(STRUCT.findall(text))
        for found in REFINED.finditer(text):
            self.refined[found.group(1)].update(
                m.group(1) for m in map(ITEM.match, items_of(
                    text[found.end():])) if m)
        for kind, driver, start in DESCRIPTOR.findall(text):
            self.paths[kind] = f"/dev/dri/{start}" if driver else start


def has_bits(field, structs, seen=()):
    """Is there a bit field in it?"""
    for f in field.inner:
        name = re.sub(r"^(struct|union) |\[.*", "", f.ctypes[0])
        if any(p and p.width for p in f.places) or has_bits(f, structs, seen):
            return True
        if name in structs and name not in seen and \
                has_bits(structs[name], structs, seen + (name,)):
            return True
    return False


def argument(call):
    """What the command is given: memory before and after it."""
    size = call.command.sizes[call.abi]
    if call.cut is not None:
        size = min(size, call.cut)
    if not size:
        return "{}"
    before, after = (TEXTS[n][:4 * size] for n in (call.a, call.b))
    return f'{{"{before}"}} -> {{"{after}"}}'


def line_of(call):
    number = call.command.numbers[call.abi]
    result = "-EINVAL" if call.fails else "0"
    return f"{ABIS[call.abi]} ioctl(3, {number:#x}, {argument(call)}) = " \
        + result


def lines_of(calls, descriptions):
    """The lines of a golden case."""
    yield "# options: " + " ".join(OPTIONS)
    path = None
    for call in calls:
        wanted = descriptions.paths[descriptions.made[call.command.name]]
        if wanted != path:
            path = wanted
            yield f"fd 3 {path}"
        yield line_of(call)


def cut_places(top, abi):
    """Where members begin: of a long struct some of them."""
    found = set()

    def walk(fields):
        for f in fields:
            if f.places[abi]:
                found.add(f.places[abi].off)
            walk(f.inner)

    walk(top.inner)
    found = sorted(found)
    return found if len(found) <= 64 else found[::16]


def whole_calls(commands, tables):
    """Each command with all fillings of its struct, and one that fails."""
    for c in commands:
        top = tables.get(c)
        fillings = 2 if top is None or not has_bits(top, tables.structs) \
            else len(FILLINGS)
        for abi, number in enumerate(c.numbers):
            if number is None:
                continue
            for n in range(fillings):
                yield Call(c, abi, n, n ^ 1, None, False)
            yield Call(c, abi, 0, 1, None, True)


def cut_calls(commands, tables):
    """Each struct, in each direction and layout, with a part of its memory."""
    seen = set()
    for c in commands:
        top = tables.get(c)
        if top is None:
            continue
        for abi, number in enumerate(c.numbers):
            if number is None or top.places[abi] is None:
                continue
            places = tuple(cut_places(top, abi))
            key = top.name, c.direction, places, top.places[abi].size
            if key in seen:
                continue
            seen.add(key)
            for cut in places:
                yield Call(c, abi, 0, 1, cut, False)
