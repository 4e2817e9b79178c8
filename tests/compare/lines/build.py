# SPDX-License-Identifier: LGPL-2.1-or-later
"""From values to memory, by the types that the facts name."""

import re

from lines.facts import inner_of
from lines.memory import Memory
from lines.text import Atom, Change, Fields, Gap, Items, Text, Unknown
from lines.names import number_of

FILL = b"ABCDEFGH"
ARRAY = re.compile(r"(.*?)((?:\[\d*\])+)$")
# 0x7ffd0b0b3a58 /* 52 vars */
ABBREVIATED = re.compile(r"\d+ (?:vars?|entries|entry)\b")
SIGNAL = re.compile(r"RT_\d+|RTMIN|[A-Z]+\d?")


def fill(size):
    return FILL * -(-size // len(FILL))


class Builder:
    """Makes memory of values for one ABI.

    entry: which side of "old => new" is wanted.  changed: whether there was
    one.  shapes: functions for what no type describes (see shapes.py).
    """

    def __init__(self, names, facts, shapes):
        self.names, self.facts, self.shapes = names, facts, shapes
        self.word = facts.word
        self.entry = True
        self.changed = False

    def side(self, value):
        if not isinstance(value, Change):
            return value
        self.changed = True
        return value.old if self.entry else value.new

    def number(self, value):
        value = self.side(value)
        if isinstance(value, Text) and not value.more and \
                len(value.data) <= 8:
            return int.from_bytes(value.data, "little")
        if isinstance(value, Atom) and ABBREVIATED.match(value.remark or ""):
            raise Unknown("what is only counted")
        if not isinstance(value, Atom):
            raise Unknown("no number, but " + type(value).__name__)
        return self.names.number(value.text)

    # ---- what a pointer points to ----

    def target(self, value, ctype, hint):
        """ctype: of what is there, or None; hint: its size, or None"""
        value = self.side(value)
        memory = Memory()
        if isinstance(value, Text):
            memory.put(0, value.data + (fill(400) if value.more else b"\0"))
        elif isinstance(value, Fields):
            self.struct(memory, 0, value, (ctype, hint))
        elif isinstance(value, Items):
            self.array(memory, value, ctype, hint)
        else:
            raise Unknown("a number where memory should be")
        return memory

    def pointer(self, memory, off, value, ctype, size=None):
        """A pointer of a struct or array: to memory, or just a number."""
        value = self.side(value)
        size = size or self.word
        if isinstance(value, Atom):
            memory.put_number(off, size, self.number(value))
            return
        memory.put_pointer(off, self.word, self.target(value, ctype, None))
        memory.reach(off + size)

    # ---- structs ----

    def struct_for(self, value, ctype, size):
        """The layout that has all the members that are shown."""
        names = [n for n, v in value.items if n and not isinstance(v, Gap)]
        struct = self.facts.struct_of(ctype) if ctype else None
        if struct and all(struct.find(n) for n in names):
            return struct
        if not names:
            if struct:
                return struct
            raise Unknown("members without names")
        struct = self.facts.search(names, size)
        if not struct:
            raise Unknown("no struct has " + ", ".join(names)[:60])
        return struct

    def struct(self, memory, off, value, wanted):
        shape = self.shapes.for_struct(value)
        if shape:
            shape(self, memory, off, value)
            return
        ctype, size = wanted
        struct = self.struct_for(value, ctype, size)
        end, used = off, {}
        for name, v in value.items:
            if isinstance(v, Gap):
                if v.kind == "bytes":
                    memory.put(off + struct.size, v.data)
                continue
            if not name:
                raise Unknown("a member without a name")
            field = self.unused(struct, name, used)
            self.field(memory, off, field, v)
            end = max(end, off + field.off + field.size)
        if any(isinstance(v, Gap) and v.kind == "???" for _, v in value.items):
            end = max(end, off + self.facts.least.get(struct.name, 0))
            memory.reach(end)
            memory.cut(end)
        else:
            memory.reach(off + struct.size)

    @staticmethod
    def unused(struct, name, used):
        """Of several members of one name, those are in turn."""
        same = struct.named().get(name) or [struct.find(name)]
        used[name] = used.get(name, -1) + 1
        return same[min(used[name], len(same) - 1)]

    def field(self, memory, off, field, value):
        value = self.side(value)
        if field.bits:
            memory.put_bits(off + field.off, field.bits, self.number(value))
            return
        at, size = off + field.off, field.size
        array = ARRAY.match(field.ctype)
        if isinstance(value, Atom):
            memory.put_number(at, size, self.number(value))
        elif isinstance(value, Text) and array and size < 2:
            memory.put(at, value.data + fill(400 * value.more))
        elif isinstance(value, Text) and array:
            data = value.data + (fill(size) if value.more else b"")
            memory.put(at, data[:size].ljust(size, b"\0"))
        elif isinstance(value, Fields) and self.is_inline(field):
            if field.inner:
                self.inner(memory, at, value, field)
            else:
                self.struct(memory, at, value, (field.ctype, size))
        elif isinstance(value, Items) and array:
            count = re.findall(r"\d+", array.group(2))
            one = size // int(count[0]) if size and count else None
            if field.inner and one:
                for i, (_, v) in enumerate(value.items):
                    self.inner(memory, at + i * one, v, field)
                memory.reach(at + size)
                return
            self.elements(memory, at, value, array.group(1).strip(), one)
            memory.reach(at + size)
        elif isinstance(value, Items) and "*" not in field.ctype and (
                self.is_sigset(value) or "sigset" in field.ctype):
            memory.put_number(at, size, self.sigset(value))
        elif size in (self.word, 8):
            ctype = field.ctype.rstrip("* ") if "*" in field.ctype else None
            self.pointer(memory, at, value, ctype, size)
        elif isinstance(value, Text) and len(value.data) <= size:
            memory.put(at, value.data.ljust(size, b"\0"))
        else:
            raise Unknown(f"no {type(value).__name__} fits {field.name}")

    def is_inline(self, field):
        ctype = field.ctype
        return "*" not in ctype and (
            field.inner or ctype.startswith(("struct", "union"))
            or field.size > 8 or ctype and not self.facts.size_of(ctype))

    def inner(self, memory, at, value, field):
        """Members of a struct that has no type of its own."""
        by_name = {f.name: f for f in inner_of(field).visible()}
        for name, v in value.items:
            if isinstance(v, Gap):
                continue
            if name not in by_name:
                raise Unknown(f"{field.name} has no {name}")
            self.field(memory, at - field.off, by_name[name], v)

    # ---- arrays ----

    def is_sigset(self, value):
        return value.inverted or value.items and all(
            isinstance(v, Atom) and SIGNAL.fullmatch(v.text)
            and (v.text.startswith("RT") or "SIG" + v.text in
                 self.names.values) for _, v in value.items)

    def sigset(self, value):
        mask = 0
        for _, v in value.items:
            if v.text.startswith("RT"):
                number = 32 + int(v.text[3:] if v.text[2] == "_" else 0)
            else:
                number = number_of(v.text) or self.names.number("SIG" + v.text)
            mask |= 1 << number - 1
        return ~mask if value.inverted else mask

    def array(self, memory, value, ctype, size):
        if self.is_sigset(value) or ctype and "sigset" in ctype:
            memory.put_number(0, 4 if ctype and "old_" in ctype else 8,
                              self.sigset(value))
            return
        if ctype in ("fd_set", "cpuset"):
            bits = sum(1 << self.number(v) for _, v in value.items)
            memory.put(0, bits.to_bytes(128, "little"))
            return
        shape = self.shapes.for_array(value)
        if shape:
            shape(self, memory, value)
            return
        plain = [v for _, v in value.items if not isinstance(v, Gap)]
        one = self.facts.size_of(ctype) if ctype else None
        if not one and size and plain and size % len(plain) == 0 \
                and size // len(plain) in (1, 2, 4, 8):
            one = size // len(plain)
        self.elements(memory, 0, value, ctype, one)
        # A vector of strings, or nothing: only some need it, none minds.
        kinds = {type(v) for _, v in value.items}
        if not kinds or Text in kinds and Gap not in kinds:
            memory.put_number(len(memory), self.word, 0)

    def elements(self, memory, off, value, ctype, size):
        at = off
        for index, v in value.items:
            if isinstance(v, Gap):
                self.more(memory, at, v)
                continue
            if index:
                at = off + self.names.number(index.split()[0]) * (size or 4)
            at = self.element(memory, at, v, (ctype, size))

    @staticmethod
    def more(memory, at, gap):
        """What was left out repeats the last of what was not."""
        last = bytes(memory.data[max(0, at - 64):at])
        if gap.kind == "..." and not gap.data and last:
            memory.put(at, last * 4)

    def element(self, memory, at, value, kind):
        """Where the next element lies."""
        ctype, size = kind
        value = self.side(value)
        if isinstance(value, Atom) and value.text.startswith("UTIME_"):
            value = Fields([("tv_sec", Atom("0", None)), ("tv_nsec", value)])
        if isinstance(value, Fields):
            before = len(memory)
            self.struct(memory, at, value, (ctype, size))
            struct = self.facts.struct_of(ctype) if ctype else None
            return max(at + (struct.size if struct else 0), len(memory)) \
                if len(memory) > before or not struct else at + struct.size
        if isinstance(value, Atom):
            number = self.number(value)
            if size not in (1, 2, 4) or number >> 8 * size > 0:
                size = 4 if size != 8 and -1 << 31 <= number < 1 << 32 else 8
            memory.put_number(at, size, number)
            return at + size
        ctype = ctype[:-1].strip() if ctype and ctype.endswith("*") else None
        self.pointer(memory, at, value, ctype)
        return at + self.word
