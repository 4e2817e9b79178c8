# SPDX-License-Identifier: LGPL-2.1-or-later
"""What stands in a line of a trace: a parser from text to values.

A line is NAME(VALUE, ...) = RESULT.  Nothing is known here of what names of
constants mean, or of where in memory a value lay.
"""

import collections
import re


class Unknown(Exception):
    """A line, or a part of it, that cannot be turned back."""


# A number or an expression of names; remark: of the comment behind it.
Atom = collections.namedtuple("Atom", "text remark")
# Bytes in quotes; more: they went on.
Text = collections.namedtuple("Text", "data more")
# {a=1, 2}: items are (name or None, value).
Fields = collections.namedtuple("Fields", "items")
# [1, [2]=3]: items are (index or None, value); inverted: a set's ~[...]
Items = collections.namedtuple("Items", "items inverted")
# old => new
Change = collections.namedtuple("Change", "old new")
# What was not shown ("..."), could not be read ("???"), or "/* bytes 4..7 */".
Gap = collections.namedtuple("Gap", "kind data")

Call = collections.namedtuple("Call", "name values result rest fds names")

HEAD = re.compile(r"(?:\[pid +\d+\] |\d+ +)?([a-z_][a-z_0-9]*)\(")
NAME = re.compile(r"([A-Za-z_][\w.]*)=(?![=>])")
INDEX = re.compile(r"\[([^\]\[\"{}]*)\]=")
HARDWARE = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2})+(?![0-9a-f:])")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\x..|\\.|[^'\\])+'")
ESCAPES = {"n": 10, "t": 9, "r": 13, "v": 11, "f": 12, "a": 7, "b": 8,
           "e": 27}
DEVICE = re.compile(r"<(?:char|block) \d+:\d+>")
# What may stand behind the > of a descriptor's path.
BEHIND_PATH = re.compile(r"(?:\(deleted\))?(?=[,)}\] ]|$)")


class Parser:
    """Reads one line from the left to the right."""

    def __init__(self, line):
        self.line = line
        self.at = 0
        self.fds = {}

    def ahead(self, text):
        return self.line.startswith(text, self.at)

    def accept(self, text):
        self.blanks()
        if not self.ahead(text):
            return False
        self.at += len(text)
        return True

    def match(self, pattern):
        found = pattern.match(self.line, self.at)
        if found:
            self.at = found.end()
        return found

    def blanks(self):
        while self.ahead(" "):
            self.at += 1

    def fail(self):
        raise Unknown("cannot be read from: " + self.line[self.at:][:20])

    def comment(self):
        """The last comment here, if any.  Comments may hold comments."""
        found = None
        self.blanks()
        while self.ahead("/*") and not self.ahead("/* bytes "):
            start, depth = self.at + 2, 1
            self.at = start
            while depth and self.at < len(self.line):
                depth += self.ahead("/*") - self.ahead("*/")
                self.at += 2 if self.ahead("/*") or self.ahead("*/") else 1
            found = self.line[start:self.at - 2].strip()
            self.blanks()
        return found

    def text(self):
        """A string: "abc\\n"..."""
        out = bytearray()
        self.at += 1
        while not self.ahead('"'):
            if self.at >= len(self.line):
                self.fail()
            c = self.line[self.at]
            self.at += 1
            if c != "\\":
                out += c.encode("utf-8", "surrogateescape")
                continue
            octal = self.match(re.compile(r"[0-7]{1,3}"))
            if octal:
                out.append(int(octal.group(), 8) & 255)
                continue
            c = self.line[self.at]
            self.at += 1
            if c == "x":
                out.append(int(self.line[self.at:self.at + 2], 16))
                self.at += 2
            else:
                out.append(ESCAPES.get(c, ord(c)))
        self.at += 1
        more = self.ahead("...")
        self.at += 3 * more
        return Text(bytes(out), more)

    def path(self, number):
        """What a descriptor is: 3</dev/full<char 1:7>>"""
        start = end = self.at + 1
        while True:
            end = self.line.find(">", end)
            if end < 0:
                self.fail()
            behind = BEHIND_PATH.match(self.line, end + 1)
            if behind:
                break
            end += 1
        self.at = behind.end()
        if re.fullmatch(r"\d+", number):
            path = DEVICE.sub("", self.line[start:end])
            path = Parser(f'"{path}"').text().data.decode(
                "utf-8", "surrogateescape")
            if "\n" in path:
                raise Unknown("a line's end in a path")
            if self.fds.setdefault(int(number), path) != path:
                raise Unknown("a descriptor that became another")

    def atom_piece(self):
        """Up to what ends a number, parentheses skipped."""
        start = end = self.at
        depth = 0
        while self.at < len(self.line):
            c = self.line[self.at]
            if depth and c in "\"'" and self.match(QUOTED):
                continue
            if not depth and (c in ",]}) " or self.ahead("=>")):
                break
            if not depth and c == "<" and not self.ahead("<<") \
                    and self.line[self.at - 1] != "<":
                self.path(self.line[start:self.at])
                break
            depth += (c == "(") - (c == ")")
            self.at += 1
            end = self.at
        return self.line[start:end]

    def atom(self):
        """A number: also with comments between its parts, or "A or B"."""
        text, remark = self.atom_piece(), None
        while True:
            before = self.at
            remark = self.comment() or remark
            if self.ahead("<") and not self.ahead("<<"):
                self.path(text)
            elif self.at > before and (self.ahead("<<") or self.ahead("|")):
                text += self.atom_piece()
            elif self.accept("or "):
                self.atom_piece()
            else:
                break
        if not text:
            self.fail()
        return Atom(text, remark)

    def one(self):
        self.comment()
        if self.ahead('"'):
            value = self.text()
            self.comment()
            return value
        if self.ahead("{"):
            return Fields(self.items("}"))
        if self.ahead("~[") or self.ahead("["):
            inverted = self.ahead("~")
            self.at += inverted
            return Items(self.items("]"), inverted)
        for kind in ("...", "???"):
            if self.accept(kind):
                return Gap(kind, self.comment())
        for pattern, junk in ((UUID, "-"), (HARDWARE, ":")):
            found = self.match(pattern)
            if found:
                return Text(bytes.fromhex(found.group().replace(junk, "")),
                            False)
        return self.atom()

    def value(self):
        value = self.one()
        self.comment()
        if self.accept("=> "):
            return Change(value, self.one())
        return value

    def items(self, end):
        """What is between brackets, which end with "end"."""
        self.at += 1
        found = []
        while not self.accept(end):
            if self.match(re.compile(r" */\* bytes \S+ \*/ ")):
                found.append((None, Gap("bytes", self.text().data)))
                continue
            self.comment()
            if self.accept(end):
                break
            name = self.match(INDEX if end == "]" else NAME)
            found.append((name and name.group(1), self.value()))
            if not self.accept(",") and self.at >= len(self.line):
                self.fail()
        return found


def parse_call(line):
    """The call that a line is about."""
    head = HEAD.match(line)
    if not head:
        raise Unknown("no call")
    parser = Parser(line)
    parser.at = head.end() - 1
    values = parser.items(")")
    names = [name for name, _ in values]
    if not parser.accept("= "):
        raise Unknown("no result")
    parser.blanks()
    start = parser.at
    rest = line[start:]
    result = re.match(r"\? E\w+|-1 E\w+|\?|-?\w+", rest)
    if not result:
        raise Unknown("no result")
    parser.at += result.end()
    if parser.ahead("<"):
        if result.group() not in map(str, parser.fds) and any(
                isinstance(v, Atom) and v.text == result.group()
                for _, v in values):
            raise Unknown("a descriptor that became another")
        parser.path(result.group())
    return Call(head.group(1), [value for _, value in values],
                result.group(), line[parser.at:], parser.fds, names)
