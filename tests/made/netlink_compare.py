# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was shown of a message against the bytes that it is made up of."""

import re

from compare import Comparison, brief, number, text_bytes
from netlink_build import LENGTHS, pack, size_of_node, struct_of

ADDRESSES = ("in_addr", "in6_addr")
NO_MORE = ("elided", "addr", "unreadable")
REST = (*NO_MORE, "rest")	# the members of a list that are no attributes
TYPE_MASK = 0x3fff		# without NLA_F_NESTED and NLA_F_NET_BYTEORDER


def is_object(v):
    """Members by their names, and no text that is not UTF-8."""
    return isinstance(v, dict) and not {"bytes", "text"} & set(v) and \
        not is_left_out(v)


def is_left_out(v):
    """Nothing but that there is more, or where it would be."""
    return isinstance(v, dict) and len(v) == 1 and next(iter(v)) in NO_MORE


def address(data):
    """As inet_ntop writes it."""
    if len(data) == 4:
        return ".".join(str(b) for b in data)
    words = [f"{data[i] << 8 | data[i + 1]:x}" for i in range(0, 16, 2)]
    return ":".join(words)


def spellings(data):
    """Texts that data of this length may be shown as."""
    if len(data) in (4, 16):
        yield address(data)
    yield ":".join(f"{b:02x}" for b in data)
    if len(data) == 16:
        h = data.hex()
        yield "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


class MessageComparison:
    """One message.

    found is a list of (attribute, what is wrong, the nests around it).
    """

    def __init__(self, sent, tables, by_hand):
        self.sent, self.tables, self.by_hand = sent, tables, by_hand
        self.by_others = bool(by_hand.has(sent.message)) and not sent.way
        self.limit = len(sent.data)
        self.found, self.nests = [], []

    def wrong(self, about, what):
        self.found.append((about, what, tuple(self.nests)))

    # ---- the message ----

    def compare(self, v):
        name = self.sent.message.name
        if not isinstance(v, list) or len(v) != 1 or \
                not isinstance(v[0], list):
            self.wrong(name, f"one message is not one list: {brief(v)}")
            return
        rest = list(v[0])
        self.head(rest.pop(0), name)
        if self.sent.message.protocol == "NETLINK_GENERIC" and rest:
            self.command(rest.pop(0), name)
        if self.sent.header is not None and rest:
            self.header(rest.pop(0), name)
        if self.sent.nodes:
            self.body(rest, name)
        elif rest:
            self.wrong(name, f"has nothing more, but {brief(rest)}")

    def head(self, v, name):
        if number(v.get("nlmsg_len")) != self.sent.said:
            self.wrong(name, f"nlmsg_len is {brief(v.get('nlmsg_len'))}")
        data = self.sent.data[4:6]
        shown = v.get("nlmsg_type")
        if number(shown) != int.from_bytes(data, "little"):
            self.wrong(name, f"nlmsg_type is {brief(shown)}")
        if self.sent.message.protocol == "NETLINK_ROUTE" and \
                shown.get("name") not in self.sent.message.names:
            self.wrong(name, f"the name is {shown.get('name')}")

    def command(self, v, name):
        shown = v.get("cmd")
        if number(shown) != self.sent.message.number:
            self.wrong(name, f"cmd is {brief(shown)}")
        elif not isinstance(shown, dict) or \
                shown.get("name") not in self.sent.message.names:
            self.wrong(name, f"cmd is called {brief(shown)}")
        if number(v.get("version")) != self.sent.data[17]:
            self.wrong(name, f"version is {brief(v.get('version'))}")
        if number(v.get("reserved", 0)) not in (
                0, int.from_bytes(self.sent.data[18:20], "little")):
            self.wrong(name, f"reserved is {brief(v['reserved'])}")

    def header(self, v, name):
        if self.by_hand.has(self.sent.message):
            return
        start = 20 if self.sent.message.protocol == "NETLINK_GENERIC" else 16
        if self.sent.header == "u32":
            expected = int.from_bytes(self.sent.data[start:start + 4],
                                      "little")
            if not isinstance(v, dict) or \
                    [number(m) for m in v.values()] != [expected]:
                self.wrong(name, f"the header is {brief(v)}")
            return
        top = self.tables.structs[self.sent.header]
        for member, _, what in self.struct(top, start, self.limit, v):
            self.wrong(f"{name} {member}", what)

    def struct(self, top, start, end, v):
        """What is wrong with a struct in the message."""
        comparison = Comparison(self.tables, 0, self.sent.data[:end])
        comparison.named(top, start, v, "")
        return comparison.found

    def body(self, rest, name):
        start = self.sent.said - sum(len(pack(n)) for n in self.sent.nodes)
        if len(rest) > 1 or not rest and self.limit >= start + 4:
            self.wrong(name, f"attributes are shown as {brief(rest)}")
        elif rest and (self.limit < start + 4 or is_left_out(rest[0])):
            self.remains(rest, start, name)
        elif rest:
            self.attrs(rest[0], self.sent.nodes, start, name)

    # ---- attributes ----

    def attrs(self, v, nodes, at, around):
        """The attributes of a list, which begins at a place, by their names:
        those of one type together."""
        if not is_object(v):
            self.wrong(around, f"is no list of attributes: {brief(v)}")
            return
        left, by_type = dict(v), {}
        for node in nodes:
            if at + 4 > self.limit:
                break
            by_type.setdefault(node.type & TYPE_MASK, []).append((node, at))
            at += len(pack(node))
        for same in by_type.values():
            self.same_type(left, same, around)
        self.remains([{k: e} if k in NO_MORE else e for k, e in left.items()
                      if k in REST], at, around)
        more = [k for k in left if k not in REST]
        if more:
            self.wrong(around, f"has more: {brief(more)}")

    def same_type(self, left, same, around):
        """Take the values of one type out of what is left."""
        node = same[0][0]
        about = node.attr.name if node.attr else around
        # Names come in the order of attributes; one without any is a number.
        name = next((k for k in left if k not in REST), None)
        if name is None:
            self.wrong(about, "is not shown")
            return
        v = left.pop(name)
        if name.isdigit() and int(name) != node.type & TYPE_MASK or \
                node.attr is not None and name not in node.attr.names:
            self.wrong(about, f"the name is {name}")
        if len(same) == 1:
            v = [v]
        elif not isinstance(v, list) or len(v) != len(same):
            self.wrong(about, f"{len(same)} of them are {brief(v)}")
            return
        for one, (node, at) in zip(v, same):
            self.attr(one, node, at, about)

    def remains(self, rest, at, about):
        """What comes where the message ends: the bytes that are there."""
        there = self.sent.data[at:self.limit]
        for v in rest:
            if not is_left_out(v) and text_bytes(v)[0] != there:
                self.wrong(about, f"is not there, but shown: {brief(v)}")

    def attr(self, v, node, at, about):
        end = at + size_of_node(node)
        if end == at + 4 or at + 4 >= self.limit:
            if v is not True:
                self.remains([v], at + 4, about)
        elif node.attr is not None and (self.by_others or
                                        self.is_by_hand(node.attr)):
            pass
        elif node.inner is not None:
            self.nests.append(about)
            self.nest(v, node, at + 4, about)
            self.nests.pop()
        elif end > self.limit:
            self.part(v, node, at + 4, about)
        else:
            self.value(v, node, at + 4, about)

    def is_by_hand(self, attr):
        return attr.name in self.by_hand.attrs and \
            attr.name not in self.sent.way

    def nest(self, v, node, at, about):
        known = node.attr is None or len(node.attr.nested) == 1
        if not known and not is_object(v):
            whole = b"".join(map(pack, node.inner))
            if text_bytes(v)[0] != whole[:self.limit - at] and not (
                    is_left_out(v) and at + len(whole) > self.limit):
                self.wrong(about, f"neither bytes nor a list: {brief(v)}")
        elif at + 4 > self.limit:
            self.remains([v], at, about)
        else:
            self.attrs(v, node.inner, at, about)

    def part(self, v, node, at, about):
        """A value of which the message has not all."""
        there = self.sent.data[at:self.limit]
        if is_left_out(v):
            return
        top = node.attr and struct_of(node.attr, self.tables)
        if isinstance(v, dict) and "bytes" not in v and top and \
                self.struct(top, at, self.limit, v) == []:
            return
        if not self.is_text(v, there) and \
                not self.is_array(v, node, there):
            self.wrong(about, f"is {brief(v)}, but only {there.hex()} is "
                       "there")

    # ---- values ----

    def value(self, v, node, at, about):
        if node.attr is None:
            if not self.is_number(v, node.data, None, "little") and \
                    not self.is_text(v, node.data):
                self.wrong(about, f"is {brief(v)}, not {node.data.hex()}")
            return
        top = struct_of(node.attr, self.tables)
        if self.sent.short and text_bytes(v)[0] == node.data:
            return
        if top is not None and (top.name in ADDRESSES or
                                "hex" in node.attr.hints) and \
                self.is_text(v, node.data):
            return
        if top is not None and len(node.data):
            if any(h.startswith("array of struct") for h in node.attr.hints) \
                    and isinstance(v, list) and len(v) == 1:
                v = v[0]
            for member, _, what in self.struct(top, at, at + len(node.data),
                                               v):
                self.wrong(f"{about} {member}", what)
            return
        if not self.is_right(v, node):
            self.wrong(about, f"is {brief(v)}, not {node.data.hex()} "
                       f"({node.attr.type} {';'.join(node.attr.hints)})")

    def is_right(self, v, node):
        attr, data = node.attr, node.data
        kind = attr.type.split("(")[0].replace("msecs", "u64")
        if kind == "string":
            return text_bytes(v)[0] == data.rstrip(b"\0")
        if attr.type in LENGTHS and len(data) < LENGTHS[attr.type]:
            return text_bytes(v)[0] == data
        if self.is_array(v, node, data):
            return True
        if kind == "bitfield32":
            return isinstance(v, dict) and [
                number(m) for m in v.values()] == [
                int.from_bytes(data[i:i + 4], "little") for i in (0, 4)]
        if attr.type in LENGTHS and self.is_number(
                v, data, kind[0] == "s", attr.order):
            return True
        if attr.type not in LENGTHS and text_bytes(v)[0] == data:
            return True
        return bool(attr.hints) and self.is_text(v, data)

    @staticmethod
    def is_number(v, data, signed, order):
        """Is it that number?  signed: None if both will do."""
        shown = number(v)
        if shown is None:
            return False
        bits = (1 << 8 * len(data)) - 1
        if signed is None or isinstance(v, dict):
            return shown & bits == int.from_bytes(data, order)
        return shown == int.from_bytes(data, order, signed=signed)

    @staticmethod
    def is_text(v, data):
        return text_bytes(v)[0] == data or \
            isinstance(v, str) and v in spellings(data)

    def is_array(self, v, node, data):
        """Is it numbers, of a size that the hint says?  A rest may lack."""
        said = " ".join([node.attr.type, *node.attr.hints]) if node.attr \
            else ""
        found = re.search(r"array of ([us])(\d+)", said)
        if not found or not isinstance(v, list):
            return False
        size = int(found.group(2)) // 8
        pieces = [data[i:i + size] for i in range(0, len(data), size)]
        if len(v) != len(data) // size:
            return False
        return all(self.is_number(e, p, found.group(1) == "s", node.attr.order)
                   for e, p in zip(v, pieces))
