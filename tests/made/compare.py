# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was shown of a call against the bytes that its memory held."""

import re

from facts import is_big_endian, is_signed, split_type

SEEN = 4096             # bytes of a struct that are looked at
MEMORY = range(0x10000, 0x1000000)      # where cases have theirs
NUMBERS = ("value", "addr", "fd", "pid")
SAME_AS = {"__kernel_sockaddr_storage": "sockaddr"}
ELIDED = {"elided": True}
NATURAL = {"char": 1, "unsigned char": 1, "long": (8, 4, 4),
           "unsigned long": (8, 4, 4), "packed_ulong": (8, 4, 4)}


def number(v):
    """A number, however it is shown, or None."""
    if isinstance(v, bool):
        return None
    if isinstance(v, int):
        return v
    if isinstance(v, str):
        return int(v) if re.fullmatch(r"-?\d{16,20}", v) else None
    if isinstance(v, dict) and "call" in v and len(v.get("args", ())) == 1:
        return number(v["args"][0])
    if isinstance(v, dict):
        for key in NUMBERS:
            if key in v:
                return number(v[key])
    return None


def text_bytes(v):
    """The bytes that a string stands for, and whether there are more."""
    if isinstance(v, str):
        return v.encode(), False
    if isinstance(v, dict) and isinstance(v.get("bytes"), str) and \
            set(v) <= {"bytes", "cut", "length"}:
        return bytes.fromhex(v["bytes"]), v.get("cut", False)
    if isinstance(v, dict) and "text" in v:
        return v["text"].encode(), v.get("cut", False)
    return None, False


def is_address(v):
    """Nothing but where the memory is."""
    return isinstance(v, dict) and set(v) == {"addr"} and \
        number(v) is not None and number(v) in MEMORY


def visible(fields):
    """The members, those of structs without a name included."""
    for f in fields:
        if f.kind == "struct" and not f.name:
            yield from visible(f.inner)
        else:
            yield f


def arm_fields(arm):
    return list(visible(arm.inner)) if not arm.name else [arm]


def all_names(field):
    """Of what lies in a union without a name, however deep."""
    for f in field.inner:
        if f.name:
            yield f.name
        if f.kind:
            yield from all_names(f)


def is_joined(key, names):
    """a_or_b, a_etc, a_or_etc, etc_or_b: of the names in a union."""
    pieces = key.split("_or_")
    return all(p in names or re.sub("_?etc$", "", p) in names | {"", "etc"}
               for p in pieces) and \
        (len(pieces) > 1 or key.endswith("_etc"))


def element_type(field, abi, size):
    """The type and the counts, of which an array of that size has."""
    if len(field.ctypes) > 1 and abi == 2:
        for ctype in field.ctypes:
            base, counts = split_type(ctype)
            width = NATURAL.get(base, 0)
            width = width[abi] if isinstance(width, tuple) else width
            if counts and width * product(counts) == size:
                return base, counts
    return split_type(field.ctype(abi))


def product(counts):
    all_of_them = 1
    for n in counts:
        all_of_them *= n
    return all_of_them


def brief(v):
    text = repr(v)
    return text if len(text) <= 60 else text[:60] + "..."


def bits_at(data, start, place):
    """What lies at a place as a number without a sign."""
    n = int.from_bytes(data[start:start + place.size], "little")
    return n >> place.bit & (1 << place.width) - 1 if place.width else n


class Comparison:
    """One value that was shown, of one ABI.

    data: the bytes in memory, old: what they were before, if only what changed
    is shown; what is beyond data's end was not there.
    """

    def __init__(self, tables, abi, data, old=None):
        self.tables, self.abi = tables, abi
        self.data, self.old = data, old
        self.seen = min(len(data), SEEN)
        self.owner = ""
        self.found = []     # (STRUCT.MEMBER, where it is shown, what is wrong)

    def wrong(self, path, what):
        member = re.sub(r"\[\d+\]", "", path).rsplit(".")[-1]
        self.found.append((f"{self.owner}.{member}", path.lstrip("."), what))

    # ---- what may be missing ----

    def may_lack(self, field, base):
        place = field.places[self.abi]
        if place is None or not place.size:
            return True
        start = base + place.off
        return start + place.size > self.seen or self.old is not None and \
            bits_at(self.old, start, place) == bits_at(self.data, start, place)

    # ---- single values ----

    def scalar(self, v, ctype, start, place):
        size = place.size
        width = place.width or 8 * size
        expected = bits_at(self.data, start, place)
        if is_big_endian(ctype):
            expected = int.from_bytes(self.data[start:start + size], "big")
        signed = not ctype.endswith("*") and is_signed(ctype)
        got = number(v)
        if got is not None and (signed is None or isinstance(v, dict)):
            got &= (1 << width) - 1
        elif signed and expected >> width - 1:
            expected -= 1 << width
        if got == expected:
            return None
        return f"{brief(v)} is not {expected} ({ctype} at {start})"

    def string(self, v, start, size, ended):
        """ended: of text, whose last byte is not shown if it is not 0."""
        got, cut = text_bytes(v)
        expected = self.data[start:start + size]
        if got == expected and (ended or not cut) or \
                ended and cut and got == expected[:-1]:
            return None
        if start + size > self.seen and cut and \
                got == self.data[start:self.seen]:
            return None
        if size == 16 and isinstance(v, str) and is_uuid(v, expected):
            return None
        if size == 6 and v == expected.hex(":"):
            return None
        return f"{brief(v)} is not {brief(expected.hex())}, " \
            f"{size} bytes at {start}"

    # ---- values of any type ----

    def member(self, field, base, v, path):
        place = field.places[self.abi]
        if place is None:
            self.wrong(path, "is not there on this ABI")
            return
        start = base + place.off
        ctype, counts = element_type(field, self.abi, place.size)
        if not counts:
            self.value((field, ctype, place), start, base, v, path)
        elif product(counts):
            self.array((field, ctype, place), counts, start, v, path)
        else:
            self.wrong(path, "has no elements, but is shown")

    def array(self, what, counts, start, v, path):
        field, ctype, place = what
        size = place.size // counts[0]
        inner = place.size // product(counts)
        if not isinstance(v, list):
            plain = inner == 1 or field.is_spare()
            wrong = self.string(v, start, place.size, inner == 1)
            if wrong or not plain:
                self.wrong(path, wrong or f"{ctype}[] is shown as bytes")
            return
        if len(counts) > 1 and not any(isinstance(e, list) for e in v):
            counts, size = [product(counts)], inner
        for i, element in enumerate(v):
            if element == ELIDED and i == len(v) - 1:
                break
            if i >= counts[0]:
                self.wrong(path, f"has more than {counts[0]} elements")
                return
            at = place._replace(size=size)
            inside = f"{path}[{i}]"
            if len(counts) > 1:
                self.array((field, ctype, at), counts[1:], start + i * size,
                           element, inside)
            else:
                self.value((field, ctype, at), start + i * size,
                           start - place.off + i * size, element, inside)
        else:
            if len(v) < counts[0]:
                self.wrong(path, f"{len(v)} of {counts[0]} elements are shown")

    def value(self, what, start, base, v, path):
        field, ctype, place = what
        name = re.sub(r"^(struct|union) ", "", ctype)
        if start + place.size > len(self.data):
            if v != {"elided": True} and not isinstance(v, dict):
                self.wrong(path, "is shown, but not there")
        if field.kind == "struct":
            self.struct(field.inner, base, v, path)
        elif field.kind == "union":
            self.union(field, base, v, path, place)
        elif SAME_AS.get(name, name) in self.tables.replaced:
            return
        elif name in self.tables.structs and not ctype.endswith("*"):
            self.named(self.tables.struct(name, self.abi), start, v, path)
        elif ctype.startswith(("struct ", "union ")) and ctype[-1] != "*" or \
                name in self.tables.opaque or \
                place.size not in (1, 2, 4, 8) and not place.width:
            wrong = self.string(v, start, place.size, False)
            if wrong:
                self.wrong(path, wrong)
        else:
            wrong = self.scalar(v, ctype, start, place)
            if wrong:
                self.wrong(path, wrong)

    def named(self, top, start, v, path):
        if top.places[self.abi] is None:
            return
        before, self.owner = self.owner, top.name
        if top.kind == "union":
            self.union(top, start, v, path)
        else:
            self.struct(top.inner, start, v, path)
        self.owner = before

    # ---- structs and unions ----

    def struct(self, fields, base, v, path):
        if not isinstance(v, dict):
            self.wrong(path, f"not its members, but {brief(v)}")
            return
        known = self.members(fields, base, v, path)
        for key in v:
            if key not in known and key != "elided":
                self.wrong(f"{path}.{key}", "nothing is called so")

    def members(self, fields, base, v, path):
        """The keys that members of the struct have."""
        known, unions = set(), []
        refined = self.tables.refined.get(self.owner, ())
        for f in visible(fields):
            inside = f"{path}.{f.name}"
            if f.kind == "union" and not f.name:
                unions.append(f)
            elif f.name in refined:
                known.add(f.name)
            elif f.name in v:
                known.add(f.name)
                self.member(f, base, v[f.name], inside)
            elif not self.may_lack(f, base):
                self.wrong(inside, "is not shown")
        for u in unions:
            names = set(all_names(u))
            if any(is_joined(r, names) or r in names for r in refined):
                known |= names.union(refined)
                continue
            known |= self.nameless(u, base, {k: v[k] for k in v
                                             if k not in known}, path)
        return known

    def nameless(self, union, base, v, path):
        """A union without a name: its members or a joined name are in v."""
        names = set(all_names(union))
        keys = [k for k in v if k in names]
        if not keys:
            keys = [k for k in v if is_joined(k, names)][:1]
            if keys:
                self.union(union, base, v[keys[0]], f"{path}.{keys[0]}")
            elif not self.may_lack(union, base):
                self.wrong(f"{path}.{'|'.join(sorted(names))}", "not shown")
            return set(keys)
        some = {k: v[k] for k in keys}
        self.one_of([lambda arm=arm: self.struct(arm_fields(arm), base, some,
                                                 path)
                     for arm in union.inner])
        return set(keys)

    def union(self, union, base, v, path, place=None):
        """Its bytes, its number, one of its arms or the arm's members."""
        place = place or union.places[self.abi]
        start = base + place.off
        if text_bytes(v)[0] is not None and \
                not self.string(v, start, place.size, False):
            return
        if place.size <= 8 and number(v) == int.from_bytes(
                self.data[start:start + place.size], "little"):
            return
        if isinstance(v, dict) and len(v) == 1:
            key, = v
            if is_joined(key, set(all_names(union))):
                v = v[key]
                if not self.string(v, start, place.size, False):
                    return
        attempts = []
        for arm in union.inner:
            if arm.name:
                attempts.append(lambda arm=arm: self.member(arm, base, v,
                                                            path))
            if isinstance(v, dict):
                attempts.append(lambda arm=arm: self.struct(
                    arm_fields(arm), base, v, path))
        self.one_of(attempts)

    def one_of(self, attempts):
        """One has to find nothing wrong; else what the best of them found."""
        before, best = self.found, None
        for attempt in attempts:
            self.found = []
            attempt()
            if not self.found:
                best = []
                break
            if best is None or len(self.found) < len(best):
                best = self.found
        self.found = before + (best or [])


def is_uuid(text, piece):
    """As it is written, or the first three of its parts turned round."""
    digits = text.replace("-", "")
    turned = piece[3::-1] + piece[5:3:-1] + piece[7:5:-1] + piece[8:]
    return digits in (piece.hex(), turned.hex())
