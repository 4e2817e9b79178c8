# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which register holds which value of a line.

Most often it is the first, the second and so on.  Some calls show theirs in
another order, or not all of them, or two as one number.
"""

import re

from lines.names import number_of
from lines.text import Atom, Unknown

ZERO = Atom("0", None)

# The order of those whose values have names.
NAMED = {
    ("clone", "x86_64"): ("flags", "child_stack", "parent_tid",
                          "child_tidptr|child_tid", "tls"),
    ("clone", "i386"): ("flags", "child_stack", "parent_tid", "tls",
                        "child_tidptr|child_tid"),
}
# The place of what says what the others are.
COMMANDS = {"ioctl": 1, "fcntl": 1, "fcntl64": 1, "ptrace": 0, "prctl": 0,
            "keyctl": 0, "quotactl": 0, "quotactl_fd": 1, "bpf": 0,
            "semctl": 2, "shmctl": 1, "msgctl": 1}
USER_REGISTERS = re.compile(r"PTRACE_[GS]ETF?P?X?REGS")
PTRACE_OTHERS = ("PTRACE_O_", "PTRACE_EVENT")

# FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET: the last value is the sixth register.
FUTEX_LAST = (9, 10)
# FUTEX_LOCK_PI, FUTEX_LOCK_PI2: the third register is not shown.
FUTEX_LOCK = (6, 13)

# Calls whose registers lie in memory.
FLAT = {("select", "i386"), ("mmap", "i386")}
# Registers that count pages, shown as bytes.
PAGES = {("mmap2", 5)}
# An argument of this name is the lower half of a number, the next the other.
LOW = re.compile(r"(?:lo|low|_l|mask0)(?:_or_hi)?$")


def command_of(name, values, names):
    """The command of a call as the hints name it, or None."""
    at = COMMANDS.get(name)
    if at is None or at >= len(values) or not isinstance(values[at], Atom):
        return None
    text, remark = values[at]
    number = number_of(text)
    if number is not None and remark:
        text = remark.split(" or ")[0].split("|")[0]
    elif number is not None and name == "ptrace":
        known = [n for n, v in names.values.items() if v == number
                 and n.startswith("PTRACE_") and not
                 n.startswith(PTRACE_OTHERS)]
        known.sort(key=lambda n: not USER_REGISTERS.match(n))
        text = (known or [text])[0]
    kind = re.match(r"QCMD\((\w+)", text)
    return kind.group(1) if kind else text.split("|")[-1]


def futex(values, names):
    """The same, with what the operation has no use for."""
    operation = names.number(values[1].text) & 127
    if len(values) == 3 and operation in FUTEX_LOCK:
        return values[:2] + [ZERO] + values[2:]
    if len(values) < 6 and operation in FUTEX_LAST:
        return values[:-1] + [ZERO] * (6 - len(values)) + values[-1:]
    return values


def in_order(call, abi, names):
    """The values of a call in the order of the registers."""
    order = NAMED.get((call.name, abi))
    if order and any(call.names):
        have = dict(zip(call.names, call.values))
        return [next((have[n] for n in one.split("|") if n in have), ZERO)
                for one in order]
    values = list(call.values)
    if call.name in ("futex", "futex_time64"):
        return futex(values, names)
    command = command_of(call.name, values, names) or ""
    if len(values) == 3 and (call.name in ("quotactl", "quotactl_fd") or
                             USER_REGISTERS.search(command)):
        values.insert(2, ZERO)
    if len(values) == 2 and call.name == "readdir":
        values.append(Atom("1", None))
    return values


def split(name, register, number, facts):
    """The registers that hold a number."""
    if (name, register) in PAGES:
        number //= 4096
    halves = [str(number & 0xffffffff), str(number >> 32 & 0xffffffff)]
    if (name, register) == ("_llseek", 1):
        return halves[::-1]
    if LOW.search(facts.argument(name, register)[0]):
        return [str(number), "0"] if facts.word == 8 else halves
    if facts.word == 4 and number >> 32 not in (0, -1):
        raise Unknown("a number that is too large for the ABI")
    return [str(number)]


def flat(name, abi, words):
    """The words of a case, in memory if they lie there."""
    if (name, abi) not in FLAT or len(words) < 2:
        return words
    if any("->" in word for word in words):
        raise Unknown("registers in memory that change")
    return ["{" + " ".join("&" + w if w.startswith("{") else w + ":4"
                           for w in words) + "}"]
