# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages that are made up of the tables, with values that all differ.

For each message there is one with a few attributes of its set.  For each set
there is, the first time that a message leads to it, one with all of them, which
hold a value of their type or a list of the set they nest: of its attributes, if
a message leads to that set for the first time, all, in a message of their own.
"""

import collections
import random
import re

from netlink_kinds import PLACES

OPTIONS = ("--json", "-X", "raw", "-v", "-s", "5000")
PROTOCOLS = {"NETLINK_ROUTE": 0, "NETLINK_XFRM": 6, "NETLINK_NETFILTER": 12,
             "NETLINK_GENERIC": 16, "NETLINK_RDMA": 20, "NETLINK_CRYPTO": 21}
NESTED = 0x8000
FAMILY = 0x100          # of generic netlink: the first one's number
FEW = 6
MOST = 3600             # bytes of attributes in one message
LENGTHS = {"u8": 1, "s8": 1, "u16": 2, "s16": 2, "u32": 4, "s32": 4,
           "u64": 8, "s64": 8, "uint": 4, "sint": 4, "msecs": 8,
           "msecs(u64)": 8, "bitfield32": 8, "flag": 0, "pad": 0}
HINTS = {"mac": 6, "ipv6": 16, "ipv4": 4, "xfrm_address_t": 16, "uuid": 16,
         "array of u16": 6, "array of s16": 6, "array of u32": 12,
         "array of s32": 12, "array of u64": 16}
FOUND_BY_OTHERS = ("nlattr", "rtnexthop")

# attr: None for one in a list of numbers.  inner: the attributes in it.
Node = collections.namedtuple("Node", "attr type data inner")
# A message as bytes: what it is made up of, and how much of it there is.
# way: attributes that are followed, though they are described by hand.
Sent = collections.namedtuple("Sent", "message received header nodes data "
                              "said there short way",
                              defaults=(frozenset(),))


class Chance:
    """Bytes that are not zero and differ from their neighbours."""

    def __init__(self):
        self.chance, self.last = random.Random(1), 0

    def bytes(self, count):
        found = bytearray()
        for _ in range(count):
            byte = self.last
            while byte == self.last:
                byte = self.chance.randrange(1, 256)
            self.last = byte
            found.append(byte)
        return bytes(found)

    def number(self, size, order):
        """One with its highest bit."""
        found = bytearray(self.bytes(size))
        if size:
            found[0 if order == "big" else -1] |= 0x80
        return bytes(found)

    def text(self, size):
        return bytes(97 + b % 26 for b in self.bytes(size))


def struct_of(attr, tables):
    """The struct that it holds, if there is one and no more."""
    names = {re.sub("^struct ", "", h) for h in attr.hints
             if h.startswith("struct ")}
    if len(names) != 1 or attr.type != "binary" or \
            not names.isdisjoint(FOUND_BY_OTHERS):
        return None
    return tables.structs.get(names.pop())


def pack(node):
    payload = node.data if node.inner is None else b"".join(map(pack,
                                                                node.inner))
    size = 4 + len(payload)
    return size.to_bytes(2, "little") + node.type.to_bytes(2, "little") + \
        payload + bytes(-size % 4)


def size_of_node(node):
    """Without what fills it up to a multiple of four."""
    return 4 + (len(node.data) if node.inner is None
                else sum(len(pack(n)) for n in node.inner))


class Builder:
    """Messages of tables: whole ones, and the same with shorter values."""

    def __init__(self, sets, tables, by_hand):
        self.sets, self.tables, self.by_hand = sets, tables, by_hand
        self.chance = Chance()
        self.short = False
        self.seen = set()       # sets that were shown as a whole
        self.families = {}

    # ---- values ----

    def lengths(self, attr):
        """How long its value can be; None if that is not said."""
        if attr.type in ("uint", "sint"):
            return [4] if self.short else [4, 8]
        if attr.type in LENGTHS:
            return [LENGTHS[attr.type]]
        top = struct_of(attr, self.tables)
        if top is not None:
            return [top.places[0].size]
        found = {HINTS[hint] for hint in attr.hints if hint in HINTS}
        if "ipv4-or-v6" in attr.hints:
            found |= {4, 16}
        return sorted(found) or [None]

    def value(self, attr, length):
        if attr.type == "string":
            return self.chance.text(7) + b"\0" * (not self.short)
        if length is None:
            return self.chance.bytes(7)
        if length and self.short:
            length -= 1
        if attr.type in LENGTHS and length <= 8:
            return self.chance.number(length, attr.order)
        return self.chance.bytes(length)

    def is_nest(self, attr):
        return "nest" in attr.type or attr.type == "sub-message"

    def leaves(self, attr):
        for length in self.lengths(attr):
            yield Node(attr, attr.number, self.value(attr, length), None)

    def leaf(self, attr):
        return next(self.leaves(attr))

    def few(self, key):
        """Some attributes of a set, for what leads to it."""
        plain = [a for a in self.sets[key] if not self.is_nest(a)]
        if len(plain) > FEW:
            plain = plain[:FEW - 2] + plain[-2:]
        return [self.leaf(a) for a in plain] or [
            Node(a, a.number, b"", None) for a in self.sets[key][:FEW]]

    def around(self, attr, inner):
        """An attribute that holds attributes of the set it nests."""
        flag = NESTED * (attr.number % 2)
        if attr.numbered:
            inner = [Node(None, n + 1 | flag, None, i)
                     for n, i in enumerate(inner)]
        else:
            inner = inner[0]
        return Node(attr, attr.number | flag, None, inner)

    def nest(self, attr):
        if len(attr.nested) == 1:
            lists = [self.few(attr.nested[0])
                     for _ in range(1 + attr.numbered)]
            return self.around(attr, lists)
        inner = [Node(None, n + 1, self.chance.bytes(5), None)
                 for n in range(2)]
        return Node(attr, attr.number, None, inner)

    def all_of(self, key):
        """Its attributes, as lists that are not too long."""
        found, size = [], 0
        for attr in self.sets[key]:
            nodes = [self.nest(attr)] if self.is_nest(attr) else \
                list(self.leaves(attr))
            length = sum(len(pack(node)) for node in nodes)
            if size + length > MOST:
                yield found
                found, size = [], 0
            found += nodes
            size += length
        yield found

    # ---- lists ----

    def is_refined(self, attr):
        return attr.name in self.by_hand.attrs

    def lists(self, root):
        """All attributes of a set, and of all sets that it leads to first."""
        todo = collections.deque([(root, [])])
        while todo:
            key, way = todo.popleft()
            if key in self.seen:
                continue
            self.seen.add(key)
            for nodes in self.all_of(key):
                for attr in reversed(way):
                    nodes = [self.around(attr, [nodes])]
                yield nodes
            for attr in self.sets[key]:
                if self.is_nest(attr) and len(attr.nested) == 1 and \
                        not self.is_refined(attr) and \
                        sum(1 + a.numbered for a in way + [attr]) < 8:
                    todo.append((attr.nested[0], way + [attr]))

    # ---- messages ----

    def header(self, message):
        """The family's own header: the name of its struct, and its bytes."""
        if message.header in (None, "TIPC_GENL_HDRLEN"):
            return None, b""
        name = re.sub("^struct ", "", message.header)
        size = 4 if name == "u32" else self.tables.structs[name].places[0].size
        data = bytearray(self.chance.bytes(size))
        if name == "nduseroptmsg":
            data[2:4] = bytes(2)        # no options in front of attributes
        return name, bytes(data)

    def family(self, message):
        if message.protocol != "NETLINK_GENERIC":
            return message.number
        if message.family == "nlctrl":
            return 16
        return self.families.setdefault(message.family,
                                        FAMILY + len(self.families))

    def send(self, message, received, nodes, family=None):
        name, header = self.header(message)
        if family is not None:
            header = bytes([family]) + header[1:]
        body = header + bytes(-len(header) % 4)
        if message.protocol == "NETLINK_GENERIC":
            body = bytes([message.number]) + self.chance.bytes(3) + body
        attrs = b"".join(map(pack, nodes))
        size = 16 + (len(body) if attrs else len(body) - (-len(header) % 4)) \
            + len(attrs)
        body = body + attrs
        data = size.to_bytes(4, "little") + \
            self.family(message).to_bytes(2, "little") + b"\5\0" + \
            self.chance.bytes(8) + body
        return Sent(message, received, name, nodes, data[:size], size, size,
                    self.short)

    def shallow_first(self, messages):
        """Those that have a set, with what need not be known before it."""
        found = [m for m in messages if m.set is not None]
        return sorted(found, key=lambda m: m.header is not None)

    def whole(self, messages):
        for m in messages:
            for received in (False, True):
                if m.way in ("both", ("sent", "received")[received]):
                    yield self.send(m, received,
                                    self.few(m.set) if m.set else [])
        for m in self.shallow_first(messages):
            if self.by_hand.has(m):
                if ("by hand", m.set) in self.seen:
                    continue
                self.seen.add(("by hand", m.set))
                lists = self.all_of(m.set)
            else:
                lists = self.lists(m.set)
            for nodes in lists:
                yield self.send(m, m.way == "received", nodes)
        yield from self.kinds(messages)

    # ---- what another attribute tells the kind of ----

    def tag(self, attr, kind):
        if isinstance(kind, str):
            return Node(attr, attr.number, kind.encode() + b"\0", None)
        return Node(attr, attr.number, kind.to_bytes(LENGTHS[attr.type],
                                                     attr.order), None)

    def kinds(self, messages):
        by_name = {a.name: (a, key) for key, attrs in self.sets.items()
                   for a in attrs}
        for m in messages:
            for place in PLACES:
                if place.message == m.name:
                    yield from self.kinds_of(m, place, by_name)

    def kinds_of(self, m, place, by_name):
        names = {*place.way, place.tag, place.data}
        for number, (kind, member) in enumerate(place.kinds.items()):
            for inner in self.lists(by_name[member][1]):
                if place.tag:
                    data = by_name[place.data][0]
                    inner = [self.tag(by_name[place.tag][0], kind),
                             Node(data, data.number, None, inner)]
                if number % 2:
                    inner.reverse()
                for step in reversed(place.way):
                    attr = by_name[step][0] if step in by_name else None
                    inner = [Node(attr, attr.number if attr else step, None,
                                  inner)]
                yield self.send(m, m.way == "received", inner, place.family
                                )._replace(way=frozenset(names))

    def shorter(self, messages):
        """The same, but that each value lacks its last byte."""
        self.short, self.seen = True, set()
        for m in self.shallow_first(messages):
            if not self.by_hand.has(m):
                for nodes in self.lists(m.set):
                    yield self.send(m, m.way == "received", nodes)
        yield from self.kinds(messages)
        self.short = False


def starts(nodes, at):
    """Where attributes begin, and where what they hold does, at any depth."""
    for node in nodes:
        yield at
        if node.inner is not None:
            yield from starts(node.inner, at + 4)
        at += len(pack(node))


def cut(sent):
    """The same message, of which not all is there."""
    if not sent.nodes:
        return
    first = len(sent.data) - sum(len(pack(n)) for n in sent.nodes)
    places = list(starts(sent.nodes, first))
    for number, off in enumerate((2, 5)):
        at = places[len(places) * (2 * number + 1) // 4] + off
        if at < len(sent.data):
            yield sent._replace(data=sent.data[:at], there=at)
            yield sent._replace(data=sent.data[:at])


def line_of(sent):
    """As a call of a golden case.  there: as much as it is said to be."""
    text = "".join(f"\\x{byte:02x}" for byte in sent.data)
    fd = 3 + list(PROTOCOLS).index(sent.message.protocol)
    if sent.received:
        return f'recvfrom({fd}, {{}} -> {{"{text}"}}, 65536, 0, 0, 0) = ' \
            f"{sent.there}"
    return f'sendto({fd}, {{"{text}"}}, {sent.there}, 0, 0, 0) = {sent.there}'


def lines_of(all_sent, families):
    yield "# options: " + " ".join(OPTIONS)
    for fd, number in enumerate(PROTOCOLS.values(), 3):
        yield f"fd {fd} netlink:{number}"
    for name, number in families.items():
        yield f"genl {number} {name}"
    for sent in all_sent:
        yield line_of(sent)
