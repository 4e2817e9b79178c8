# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tables in netlink/ say of messages and attributes.

scripts/update/netlink-facts says how they were made.  messages.tsv has a line
for each message; sets.tsv has a line for each set of attributes and, indented,
one for each of its attributes.
"""

import collections
import glob
import os
import re

from calls import DESCRIPTIONS, items_of
from facts import HERE, Tables, read_structs

FOLDER = os.path.join(HERE, "netlink")

# name: the first of names.
Message = collections.namedtuple(
    "Message", "protocol family number name header way set names")
# order: "big" or "little"; nested: the sets that it may hold; numbered: what
# it holds are such lists, under numbers.
Attr = collections.namedtuple(
    "Attr", "number name type order hints nested numbered names")


def read_messages(path=FOLDER + "/messages.tsv"):
    with open(path, encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#"):
                m = Message(*line.rstrip("\n").split("\t"), None)
                names = m.name.split("|")
                yield m._replace(number=int(m.number), name=names[0],
                                 header=None if m.header == "-" else m.header,
                                 set=None if m.set == "-" else m.set,
                                 names=names)


def read_attr(line):
    cells = line.rstrip("\n").split("\t")[1:]
    cells += [""] * (7 - len(cells))
    number, name, kind, order, hints, nested, how = cells
    return Attr(int(number), name, kind, "big" if order == "be" else "little",
                [h.strip() for h in hints.split(";") if h],
                [s for s in nested.split(";") if s],
                bool(how) or kind in ("array-nest", "indexed-array(nest)"),
                [name])


def read_sets(path=FOLDER + "/sets.tsv"):
    """"header#enum": its attributes; of a number with two names the first."""
    found = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            if line.startswith("\t"):
                attr = read_attr(line)
                first = found[key].setdefault(attr.number, attr)
                if first is not attr:
                    first.names.append(attr.name)
            elif not line.startswith("#"):
                key = line.rstrip("\n")
                found[key] = {}
    return {key: list(attrs.values()) for key, attrs in found.items()}


def read_tables(by_hand):
    """Structs, those of this folder as well."""
    tables = Tables(by_hand.structs, by_hand.members)
    for name, top in read_structs(FOLDER + "/structs.txt").items():
        tables.structs.setdefault(name, top)
    tables.opaque = set(tables.find_opaque())
    return tables


class ByHand:
    """What people described or refined.

    messages: (protocol, name) or the name of a family; attrs: attributes of
    sets that were made, or that what was made refers to; structs: their names;
    members: of structs, by struct.
    """

    HEAD = re.compile(r"^(refine|attrs|struct)\s+(\w+)(?:\([^)]*\))?"
                      r"(?:\s+\w+)?\s*\{", re.M)
    NAMES = re.compile(r"((?:[A-Z]\w+\s*,\s*)*[A-Z]\w+)\s*:")

    def __init__(self, sets, folder=DESCRIPTIONS):
        self.messages, self.attrs, self.structs = set(), set(), set()
        self.members = collections.defaultdict(set)
        self.made_sets, self.used = self.find_made(folder)
        self.sets = sets
        for path in sorted(glob.glob(folder + "/**/*.abi", recursive=True)):
            if os.path.basename(os.path.dirname(path)) != "made":
                with open(path, encoding="utf-8") as f:
                    self.read(re.sub(r"#[^\n]*", "", f.read()))

    @staticmethod
    def find_made(folder):
        """The sets of attributes, and all words after a colon."""
        found, used = set(), set()
        for path in glob.glob(folder + "/made/*.abi"):
            with open(path, encoding="utf-8") as f:
                text = f.read()
            found.update(re.findall(r"^attrs (\w+)", text, re.M))
            used.update(re.findall(r": (?:each )*([a-z]\w+)", text))
        return found, used

    def read(self, text):
        self.messages.update(re.findall(r"\b(NETLINK_\w+) (\w+)", text))
        for found in re.finditer(r"^cases genl_families[^{]*\{", text, re.M):
            for item in items_of(text[found.end():]):
                self.messages.update(re.findall(r'"([^"]*)"\s*:', item))
        for found in self.HEAD.finditer(text):
            kind, name = found.groups()
            items = list(items_of(text[found.end():]))
            if kind == "struct":
                self.structs.add(name)
                self.structs.add(re.sub("^(nl|genl)_", "", name))
            elif name in self.made_sets:
                self.attrs.update(self.names_in(items))
            elif kind == "attrs" and name in self.used:
                self.take_sets(set(self.names_in(items)))
            elif kind == "refine":
                self.members[name].update(re.findall(r"[a-z]\w*", item)[0]
                                          for item in items if item.strip())

    def take_sets(self, names):
        """All of the sets that some of these attributes are of."""
        for attrs in self.sets.values():
            if any(a.name in names for a in attrs):
                self.attrs.update(a.name for a in attrs)

    def names_in(self, items):
        """Attributes of which the items say what they hold."""
        for names in self.NAMES.findall("\n".join(items)):
            yield from re.findall(r"\w+", names)

    def has(self, message):
        if message.protocol == "NETLINK_GENERIC":
            return message.family in self.messages or \
                message.family == "nlctrl" and \
                (message.protocol, "GENL_ID_CTRL") in self.messages
        return {(message.protocol, message.name),
                (message.protocol, f"{message.number:#x}")} & self.messages
