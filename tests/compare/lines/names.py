# SPDX-License-Identifier: LGPL-2.1-or-later
"""Numbers of names, and of expressions of them."""

import glob
import os
import re

from lines.text import Unknown

TOKEN = re.compile(r"""\s*(?:
    (?P<number>0x[0-9a-f]+|\d+)\b | (?P<name>[A-Za-z_]\w*) |
    (?P<char>'(?:\\x..|\\.|[^'\\])') | (?P<text>"[^"]*") |
    (?P<sign><<|[|*+~(),-]) | (?P<end>$))""", re.VERBOSE)


def read_table(path):
    """Rows of a table whose columns have tabs between them."""
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            if not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def number_of(text):
    """A number as C writes it, or None."""
    if not re.fullmatch(r"-?(0x[0-9a-f]+|\d+)", text):
        return None
    return int(text, 8 if re.fullmatch(r"-?0[0-7]+", text) else 0)


def makedev(major, minor):
    return (major & 0xfff) << 8 | minor & 0xff | (minor & ~0xff) << 12 \
        | (major & ~0xfff) << 32


def swap(size):
    return lambda value: int.from_bytes(
        (value & (1 << 8 * size) - 1).to_bytes(size, "big"), "little")


def inet_addr(text):
    return int.from_bytes(bytes(int(x) for x in text.split(".")), "little")


def fourcc(*values):
    return sum((value & 255) << 8 * i for i, value in enumerate(values))


FUNCTIONS = {
    "makedev": makedev, "htons": swap(2), "htonl": swap(4),
    "inet_addr": inet_addr, "v4l2_fourcc": fourcc,
    "v4l2_fourcc_be": lambda *v: fourcc(*v) | 1 << 31,
    "_IOC": lambda d, t, n, size: d << 30 | size << 16 | t << 8 | n,
    "QCMD": lambda command, kind: command << 8 | kind,
    "IOPRIO_PRIO_VALUE": lambda kind, data: kind << 13 | data,
    "KERNEL_VERSION": lambda a, b, c: a << 16 | b << 8 | c,
    # The made-up calls know of one interface.
    "if_nametoindex": lambda name: 1,
}


class Names:
    """What the names of an ABI's constants stand for."""

    def __init__(self, abi, top, facts):
        self.abi = abi
        self.values = {"NULL": 0, "deadbeef": 0}
        for path in sorted(glob.glob(top + "/src/abi/const/*.const")):
            self.read_own(path)
        if facts:
            self.read_facts(facts)
        for path in sorted(glob.glob(f"{top}/src/abi/nr/{abi}.tbl")):
            for row in read_table(path):
                self.add("__NR_" + row[1], row[0])

    def add(self, name, text):
        number = number_of(text)
        if number is not None:
            self.values.setdefault(name, number)

    def read_own(self, path):
        """NAME NUMBER ABI=NUMBER..."""
        with open(path, encoding="utf-8") as f:
            for line in f:
                words = line.split("#")[0].split()
                mine = [w.split("=")[1] for w in words[2:]
                        if w.startswith(self.abi + "=")]
                if len(words) > 1:
                    self.add(words[0], (mine or [words[1]])[0])

    def read_facts(self, facts):
        for row in read_table(facts + "/constants/ARCH-DIFFERENCES.tsv"):
            if row[1] == self.abi:
                self.add(row[0], row[2])
        column = {"x86_64": 2, "i386": 3, "x32": 4}[self.abi]
        for row in read_table(facts + "/ioctls-by-abi.tsv"):
            self.add(row[0], row[column])
        for name in ("errno", "signals"):
            for row in read_table(f"{facts}/{name}.tsv"):
                if row[0] == "x86_64":
                    self.add(row[2], row[1])
        paths = glob.glob(facts + "/constants/*.tsv")
        # Of two files the one of the machine is right.
        paths.sort(key=lambda p: ("asm-generic" in p, "nonuapi" in p, p))
        for path in paths:
            if not os.path.basename(path).startswith("ARCH"):
                for row in read_table(path):
                    self.add(row[0], row[1])
        for row in read_table(facts + "/ioctls.tsv"):
            self.add(row[0], row[1])

    def number(self, text):
        """What an expression comes to."""
        text = re.sub(r"/\*.*?\*/", "", text).split(" or ")[0]
        plain = number_of(text)
        return Expression(self, text).whole() if plain is None else plain


class Expression:
    """A sum of names, read from the left to the right."""

    LEVELS = (("|",), ("<<",), ("+", "-"), ("*",))
    APPLY = {"|": int.__or__, "<<": int.__lshift__, "+": int.__add__,
             "-": int.__sub__, "*": int.__mul__}

    def __init__(self, names, text):
        self.names, self.text, self.at = names, text, 0
        self.next()

    def next(self):
        found = TOKEN.match(self.text, self.at)
        if not found:
            raise Unknown("no number: " + self.text[:30])
        self.at = found.end()
        self.kind, self.word = found.lastgroup, found.group().strip()

    def accept(self, sign):
        if self.kind != "sign" or self.word != sign:
            return False
        self.next()
        return True

    def whole(self):
        value = self.level(0)
        if self.kind != "end" or isinstance(value, str):
            raise Unknown("no number: " + self.text[:30])
        return value

    def level(self, depth):
        if depth == len(self.LEVELS):
            return self.unary()
        value = self.level(depth + 1)
        while self.kind == "sign" and self.word in self.LEVELS[depth]:
            sign = self.word
            self.next()
            value = self.APPLY[sign](value, self.level(depth + 1))
        return value

    def unary(self):
        if self.accept("~"):
            return ~self.unary()
        if self.accept("-"):
            return -self.unary()
        if self.accept("("):
            value = self.level(0)
            if not self.accept(")"):
                raise Unknown("no number: " + self.text[:30])
            return value
        return self.primary()

    def primary(self):
        kind, word = self.kind, self.word
        self.next()
        if kind == "number":
            return number_of(word)
        if kind == "text":
            return word[1:-1]
        if kind == "char":
            return int(word[3:5], 16) if word[1:3] == "\\x" else ord(word[-2])
        if kind == "name" and self.accept("("):
            return self.call(word)
        if kind == "name" and word in self.names.values:
            return self.names.values[word]
        raise Unknown("no number is known of " + (word or "nothing"))

    def call(self, name):
        values = []
        while not self.accept(")"):
            values.append(self.level(0))
            if not self.accept(",") and self.word != ")":
                raise Unknown("no number: " + self.text[:30])
        function = FUNCTIONS.get(name)
        if not function:
            raise Unknown(f"no function is known of {name}()")
        try:
            return function(*values)
        except (TypeError, ValueError):
            raise Unknown(f"wrong values for {name}()") from None
