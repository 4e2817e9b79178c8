# SPDX-License-Identifier: LGPL-2.1-or-later
"""From a line of a trace to a made-up call of the golden case program."""

import glob
import re

from lines import registers, shapes
from lines.build import Builder, fill
from lines.names import number_of, read_table
from lines.results import with_results
from lines.text import Atom, Change, Fields, Text, Unknown, parse_call

# What the case program takes: the length of a line, pieces of memory.
MAX_CASE = 16000
MAX_PIECES = 200
MAX_FD = 64

RMID = ("IPC_RMID", "0")
TERMINAL = re.compile(r"TC|TIOC")
LENGTH = re.compile(r"len|size|count|nbytes", re.IGNORECASE)


class Cases:
    """Makes cases of the lines of one ABI."""

    def __init__(self, names, facts, top):
        self.names, self.facts = names, facts
        self.builder = Builder(names, facts, shapes)
        self.abi = facts.abi
        self.known = {row[1] for path in glob.glob(
            f"{top}/src/abi/nr/{self.abi}.tbl") for row in read_table(path)
            if len(row) > 1}

    def case(self, line):
        """The case, and what its descriptors are."""
        call = parse_call(line)
        if call.name not in self.known:
            raise Unknown("no such call here")
        values = with_results(call, registers.in_order(
            call, self.abi, self.names))
        command = registers.command_of(call.name, values, self.names)
        words = []
        for i in range(len(values)):
            words += self.argument(call.name, command, (i, len(words)),
                                   values)
        words = registers.flat(call.name, self.abi, words)
        prefix = "" if self.abi == "x86_64" else self.abi + " "
        text = f"{prefix}{call.name}({', '.join(words[:6])}) = " \
            + self.result(call)
        if len(text) > MAX_CASE:
            raise Unknown("too long for a case")
        if call.name == "ioctl" and TERMINAL.match(command or "") \
                and " or " not in line:
            call.fds.setdefault(self.builder.number(values[0]), "/dev/ptmx")
        return text, {n: p for n, p in call.fds.items() if 0 <= n < MAX_FD}

    def wanted(self, name, command, index):
        """What a register points to: C type and size, or None."""
        hints = self.facts.hints
        for key in (f"{name}:{command}:{index}", f"{name}:{index}"):
            if key in hints:
                return hints[key], self.facts.size_of(hints[key])
        if name == "ioctl" and index == 2 and command:
            try:
                size = self.names.number(command) >> 16 & 0x3fff or None
            except Unknown:
                size = None
            ctype = self.facts.ioctls.get(command, "")
            return ctype if ctype not in ("-", "") else None, size
        ctype = self.facts.argument(name, index)[1]
        ctype = re.sub(r"\bconst ?", "", ctype).strip()
        if not ctype.endswith("*"):
            return None, None
        ctype = ctype[:-1].strip()
        return (None if ctype == "void" else ctype), None

    def argument(self, name, command, at, values):
        """
        The registers of a value: most often one.  at: its place among the
        values, and among the registers.
        """
        index, register = at
        value = values[index]
        if isinstance(value, Atom):
            return registers.split(name, register,
                                   self.builder.number(value), self.facts)
        if name == "ssetmask":
            return [str(self.builder.sigset(value) & 0xffffffff)]
        if name == "sigreturn" or name == "semctl" and command in RMID:
            raise Unknown("memory that no register points to")
        wanted = self.wanted(name, command, register)
        self.builder.hint = wanted[0]
        room = self.length(name, register, values[index + 1:])
        return [self.memory(value, wanted, room)]

    def length(self, name, register, behind):
        """The number of bytes that the next argument tells, or 0."""
        if not behind or not isinstance(behind[0], Atom):
            return 0
        argument = self.facts.argument(name, register + 1)[0]
        try:
            number = self.names.number(behind[0].text)
        except Unknown:
            return 0
        return number if LENGTH.search(argument) and 0 < number < 1 << 17 \
            else 0

    def memory(self, value, wanted, room):
        entry = self.side(value, wanted, room, True)
        changed = self.builder.changed
        if isinstance(value, Change) and isinstance(value.new, Atom):
            changed = False
        if not changed:
            return str(entry)
        return f"{entry} -> {self.side(value, wanted, room, False)}"

    def side(self, value, wanted, room, entry):
        builder = self.builder
        builder.entry, builder.changed = entry, False
        if isinstance(value, Change) and not entry and \
                isinstance(value.new, Fields) and \
                isinstance(value.old, Fields):
            later = {n for n, _ in value.new.items}
            value = Fields([(n, v) for n, v in value.old.items
                            if n not in later] + value.new.items)
            builder.changed = True
        memory = builder.target(value, *wanted)
        if isinstance(value, Change) and not entry and \
                isinstance(value.old, Fields):
            memory = self.overlaid(value.old, memory, wanted)
        value = builder.side(value)
        if isinstance(value, Text) and value.more:
            memory.put(len(memory), fill(max(0, room - len(memory))))
        elif isinstance(value, Fields) and not any(
                v[0] in ("???", "bytes") for _, v in value.items):
            memory.reach(room if room < 4096 else 0)
        if memory.pieces() > MAX_PIECES:
            raise Unknown("too many pieces of memory")
        return memory

    def overlaid(self, old, memory, wanted):
        """What was there, with the beginning of it changed."""
        whole = self.builder.target(old, *wanted)
        whole.put_memory(0, memory)
        return whole

    def result(self, call):
        word = call.result.split()
        if len(word) > 1:
            if word[1] not in self.names.values:
                raise Unknown("no such error")
            return "-" + word[1]
        if word[0] == "?":
            return "?"
        number = number_of(word[0])
        if number is None:
            raise Unknown("no number as result")
        return str(number)
