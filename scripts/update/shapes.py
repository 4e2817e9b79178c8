# SPDX-License-Identifier: LGPL-2.1-or-later
"""How members of structs are written for abigen, and how it lays them out."""

import collections
import dataclasses
import os
import re

import kernel

ABIS = len(kernel.LAYOUTS)

# ---- numbers ----

FIXED = {
    "__u8": "u8", "__s8": "s8", "__u16": "u16", "__s16": "s16",
    "__u32": "u32", "__s32": "s32", "__u64": "u64", "__s64": "s64",
    "__be16": "be16", "__be32": "be32", "__be64": "be64", "__sum16": "be16",
    "unsigned char": "u8", "signed char": "s8", "short": "s16",
    "unsigned short": "u16", "int": "s32", "unsigned int": "u32",
    "long long": "s64", "unsigned long long": "u64", "unsigned": "u32",
    "uint8_t": "u8", "uint16_t": "u16", "uint32_t": "u32", "uint64_t": "u64",
    "int8_t": "s8", "int16_t": "s16", "int32_t": "s32", "int64_t": "s64",
    "__kernel_pid_t": "s32", "__kernel_loff_t": "s64", "loff_t": "s64",
    "__kernel_timer_t": "s32", "__kernel_clockid_t": "s32",
    "__kernel_time64_t": "s64",
}
SIGNED = re.compile(r"^(long|__kernel_(long|off|old_time|ssize|suseconds|"
                    r"ptrdiff|daddr)_t|.*_sframes_t|ssize_t|time_t|off_t|"
                    r"snd_(ctl_elem|seq_client|hwdep|pcm)_"
                    r"(?!uframes)\w+_t)$")

# What a number is, by its name: the first that matches.
NUMBERS = (
    (r"(^|_)fd$|_fd$|^fd_", "s32 u32 int", "fd"),
    (r"^(pid|tgid)$", "s32 u32", "tgid"),
    (r"^(uid|gid|kuid|kgid|euid|egid|owner_uid)$", "u32", "id"),
    (r"ifindex$", "s32 u32", "ifindex"),
    (r"^(clock_?id)$", "s32 u32", "clockid"),
)
HEX = re.compile(
    r"(^|_)(flags?|mask|masks|pointer|addr|address|ptr|va|iova|gpa|hva|caps|"
    r"capabilities|features|magic|cookie|token|regs?|register|base|paddr|"
    r"vaddr|dma|phys|bitmap|bits|signature|hash|key|user_data|userdata|"
    r"user_ptr|mmap_offset|argp?|data_ptr|values_ptr)$|flags$|_mask$|addr$"
    r"|_ptr$|^flags_|mask[0-9]*$|uptr$|bitmask$|ptr64$|_pa$|_va$|_gpa$")
UNUSED = re.compile(r"^_*(pad|padding|rsvd|resv|reserved|unused|spare|dummy|"
                    r"mbz|filler|zero|reserve)[0-9a-z_]*$|_(pad|rsvd|reserved|"
                    r"unused)[0-9_]*$|^_+[0-9]*$")
MAC = re.compile(r"(^|_)(mac|bssid|hwaddr|addr|mac_?addr|ether_?addr|sa|da|"
                 r"macaddr)[0-9]*$")
UUID = re.compile(r"uuid|guid")

# Bytes that are text, by their name.
TEXT = re.compile(r"(^|_)(name|description|label|desc|driver|card|bus_info|"
                  r"model|serial|version_str|longname|id_str|str|string|"
                  r"consumer|path|date|ifname|id|ident|components)$|name$")


class Shape:
    """How something is written, and how abigen will lay it out."""

    bits = 0                      # of a bit field

    def __init__(self, text, size, align, shown=None, stored=None):
        self.text = text          # as a member of a struct without layouts
        self.size = list(size)    # bytes, by layout
        self.align = list(align)
        self.shown = shown or text            # in show { }
        self.stored = stored      # in layout { }; None: bytes


def natural(size):
    """The alignment of a number in each layout."""
    return [4 if size[i] == 8 and kernel.LAYOUTS[i] == "i386" else size[i]
            for i in range(ABIS)]


def number_kind(ctype, size, enums):
    """The word for a number of that type: "u32"."""
    if ctype.endswith("*"):
        return "addr"
    if ctype in FIXED and scalar_size(ctype) == size:
        return FIXED[ctype]
    if ctype.startswith("enum ") and ctype[5:] in enums:
        return ctype
    if size in ([8, 4, 4], [8, 4, 8]):
        word = ("k" if size[2] == 8 else "") + (
            "long" if SIGNED.match(ctype) else "ulong")
        return word
    if size[0] in (1, 2, 4, 8) and len(set(size)) == 1:
        return f"{'s' if SIGNED.match(ctype) else 'u'}{size[0] * 8}"
    return None


def shown_number(kind, name):
    """(in place, in show { }) of a number of that kind and name."""
    if kind == "addr":
        return kind, kind
    if kind.startswith("enum "):
        return kind, kind
    base = "dec" if kind[0] == "s" or kind in ("long", "klong") else "udec"
    for pattern, kinds, word in NUMBERS:
        if re.search(pattern, name) and kind in kinds.split():
            return f"{kind} {word}", word
    if HEX.search(name) and base == "udec":
        return f"{kind} hex", "hex"
    return kind, base


def data(one, count):
    total = [n * count for n in one]
    if len(set(total)) > 1:
        count = by_size(total)
        return count and Shape(None, total, [1] * ABIS, f"hexstr[{count}]")
    return Shape(f"hexstr[{total[0]}]", total, [1] * ABIS)


def full(at):
    """The place in all layouts; of old structs only LP64's is known."""
    if at[1] is None and at[0] is not None:
        return [at[0]] * ABIS
    return at if None not in at else None


def whole(s):
    return s.size if s.size[1] is not None else [s.size[0]] * ABIS


def declared_size(ctype):
    return scalar_size(ctype) or [4] * ABIS


def scalar_size(ctype):
    kind = FIXED.get(ctype)
    if kind:
        bits = int(re.sub(r"\D", "", kind))
        return [bits // 8] * ABIS
    if ctype in ("char", "_Bool"):
        return [1] * ABIS
    if ctype in ("unsigned long", "long", "size_t", "ssize_t"):
        return [8, 4, 4]
    if ctype in ("__kernel_ulong_t", "__kernel_long_t"):
        return [8, 4, 8]
    if ctype.startswith("enum "):
        return [4] * ABIS
    return None


def only_arm(m):
    """A union of one member and room that is reserved is that member."""
    arms = [a for a in m.inner if not UNUSED.search(a.name)]
    if len(arms) != 1 or arms[0].at != m.at:
        return m
    return dataclasses.replace(arms[0], name=m.name or arms[0].name)


def union_name(members):
    names = [m.name or (union_name(m.inner) if m.inner else "etc")
             for m in members]
    if len(names) == 1:
        return names[0]
    return "_or_".join(names) if len(names) == 2 else f"{names[0]}_etc"


def c_align(s, best, depth=0):
    """What the C compiler aligns a struct to."""
    most = [1] * ABIS
    for m in s.members if depth < 8 else ():
        mine = member_align(m, best, depth)
        most = [max(a, b) for a, b in zip(most, mine)]
    return most


def member_align(m, best, depth):
    name = re.sub(r"^(struct|union) ", "", m.type)
    if m.inner:
        mine = [member_align(i, best, depth + 1) for i in m.inner]
        return [max(column) for column in zip(*mine)]
    if name in best and name not in FIXED and "*" not in m.type:
        return c_align(best[name], best, depth + 1)
    size = scalar_size(m.type)
    if not size and full(m.at):
        size = [b[1] // 8 // (m.count or 1) for b in m.at]
    return natural(size) if size else [1] * ABIS


class Body:
    """The members of a struct, and the padding that abigen has to be told.

    If its members do not lie where their alignment puts them, with the same
    padding everywhere, it is packed, and all padding is told; if that differs
    between layouts, each has its block, and the types stand in show { }.
    """

    def __init__(self, items, size, old=False):
        self.items, self.size, self.old = items, size, old
        self.packed = old
        self.pads = self.paddings()
        if self.pads is None or not same_everywhere(self.pads) or \
                any(shape.text is None for _, shape, _, _ in items):
            self.packed = True
            self.pads = self.paddings()
        self.align = [1] * ABIS
        if not self.packed:
            self.align = [max([1] + [item[1].align[i] for item in items])
                          for i in range(ABIS)]
        self.good = self.pads is not None
        self.layouts_differ = old or not self.good or \
            not same_everywhere(self.pads) or \
            any(shape.text is None for _, shape, _, _ in items)

    def paddings(self):
        """Bytes before each member and at the end, by layout; None: no way."""
        columns = [self.column(i) for i in range(ABIS)]
        return None if None in columns else list(zip(*columns))

    def column(self, i):
        bit, most, found = 0, 1, []
        for _, shape, at, _ in self.items:
            align = 1 if self.packed else shape.align[i]
            bits = shape.bits
            most = max(most, align)
            here = up(bit, align * 8)
            if bits and bit % (align * 8) + bits <= shape.size[i] * 8:
                here = bit
            gap = 0 if at[i] == here else at[i] // 8 - up(bit, 8) // 8
            if gap < 0 or up(up(bit, 8 if gap else 1) + gap * 8,
                             1 if bits else align * 8) != at[i] \
                    and at[i] != here:
                return None
            found.append(gap)
            bit = at[i] + (bits or shape.size[i] * 8)
        gap = 0 if up(bit, most * 8) == self.size[i] * 8 else \
            self.size[i] - up(bit, 8) // 8
        end = up(up(bit, 8) + gap * 8, most * 8) // 8
        return None if gap < 0 or end != self.size[i] else found + [gap]

    def lines(self):
        return self.by_layout() if self.layouts_differ else self.plain()

    def plain(self):
        found = []
        for (name, shape, _, words), pad in zip(self.items, self.pads):
            if pad[0]:
                found.append(f"_ u8[{pad[0]}]")
            found += f"{name} {shape.text}{words}".split("\n")
        if self.pads[-1][0]:
            found.append(f"_ u8[{self.pads[-1][0]}]")
        return found

    def by_layout(self):
        """Each layout's own padding; the types in show { }."""
        blocks = collections.defaultdict(list)
        for i, abi in enumerate(kernel.LAYOUTS[:1 if self.old else ABIS]):
            blocks["; ".join(self.layout(i))].append(abi)
        lines = [f"layout {' '.join(abis)} {{ {text} }}"
                 for text, abis in blocks.items()]
        lines.append("show {")
        for name, shape, _, words in self.items:
            if name != "_" and shape.size != [0] * ABIS:
                lines += [f"\t{line}" for line in
                          f"{name} {shape.shown}{words}".split("\n")]
        return lines + ["}"]

    def layout(self, i):
        found = []
        for (name, shape, _, _), pad in zip(self.items, self.pads):
            if pad[i]:
                found.append(f"_ u8[{pad[i]}]")
            if shape.stored:
                found.append(f"{name} {shape.stored}")
            elif shape.size[i]:
                found.append(f"{name} bytes[{shape.size[i]}]")
        if self.pads[-1][i]:
            found.append(f"_ u8[{self.pads[-1][i]}]")
        return found


def up(n, unit):
    return -(-n // unit) * unit


def same_everywhere(pads):
    return all(len(set(pad)) == 1 for pad in pads)


def by_size(size):
    """A length as an expression that holds for each layout, or None.

    The constants LONG_BYTES and KLONG_BYTES say how long a word is.
    """
    longs = (size[0] - size[1]) // 4
    word = "KLONG_BYTES" if size[2] == size[0] else "LONG_BYTES"
    if len(set(size)) == 1:
        return str(size[0])
    rest = size[0] - 8 * longs
    if longs < 0 or rest < 0 or size[2] not in size[:2] or \
            (size[0] - size[1]) % 4:
        return None
    return (f"{rest} + " if rest else "") + f"{longs} * {word}"


# ---- lines ----

def wrap(head, names, tail, joint=", "):
    """One line, or several that are indented."""
    line, lines = head, []
    for i, name in enumerate(names):
        word = name + (joint.rstrip() if i + 1 < len(names) else tail)
        if len(line) + len(word) > 110:
            lines.append(line.rstrip())
            line = "\t"
        line += word + (" " if i + 1 < len(names) else "")
    return lines + [line]


def names_lines(head, names, bits=False):
    """The lines of an enum or of flags; of several names of a number the first.
    """
    seen, kept = set(), []
    for value, one in names:
        if value not in seen:
            kept.append(one)
        seen.add(value)
    prefix = os.path.commonprefix([one for _, one in names])
    prefix = prefix[:prefix.rfind("_") + 1]
    unknown = f' "{"1<<" * bits}{prefix}???"' if prefix else ""
    return wrap(f"{head}{unknown}{' bits' * bits} {{ ", kept, " }", " ")
