# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tables beside this file say of structs and of commands.

structs.txt has a line for each struct, without indent, and one for each of its
members, two blanks deeper for what lies within another: a name, the type in C,
and OFFSET:SIZE for LP64, ILP32 and x32, from the start of the outermost struct.
"=64" is the same as LP64's, "=32" as ILP32's; BYTE.BIT:WIDTHb is a bit field.
Where "[... only]" stands instead of the type there is one column.  commands.tsv
has a line for each command, with its number on x86_64, i386 and x32.
"""

import collections
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
ABIS = ("x86_64", "i386", "x32")

HEAD = re.compile(r"(?:typedef )?(struct|union|enum) (\S+)$")
PLACE = re.compile(r"(\d+)(?:\.(\d+))?:(\d+)(b?)$")
DIMENSION = re.compile(r"\s*\[(\d*)\]$")
FIXED = re.compile(r"(?:__)?([us]|le|be|u?int)(?:8|16|32|64)(?:_t)?$")
SPARE = re.compile(r"(?:^|_)(?:pad(?:ding)?\d*|reserved\d*|resv|rsvd?\d*|"
                   r"spare\d*|unused\d*|fillers?)(?:_|$)")

# What a name of a type does not tell: has it a sign?  A char has one, but not
# in the kernel.
SIGNED = {
    "signed char", "short", "int", "long", "long long",
    "__kernel_loff_t", "__kernel_off_t", "__kernel_old_time_t",
    "__kernel_daddr_t", "__kernel_suseconds_t", "__kernel_pid_t",
    "__kernel_clockid_t", "__kernel_time64_t", "snd_pcm_sframes_t",
    "snd_ctl_elem_type_t", "snd_ctl_elem_iface_t", "snd_seq_client_type_t",
    "snd_pcm_state_t",
}
UNSIGNED = {
    "unsigned char", "unsigned short", "unsigned int", "unsigned long",
    "unsigned long long", "unsigned", "size_t", "_Bool", "float", "enum",
    "__kernel_size_t", "__kernel_uid32_t", "snd_pcm_uframes_t",
    "snd_seq_tick_time_t", "domid_t",
    "drm_magic_t", "drm_context_t", "drm_drawable_t", "binder_uintptr_t",
    "binder_size_t", "v4l2_std_id", "fe_status_t", "fe_spectral_inversion_t",
    "video_format_t", "video_stream_source_t", "video_play_state_t",
    "video_displayformat_t", "packed_ulong",
}
# Types of other names: an array, a number of another size.
SPELT = {"sbi_instr_data": "unsigned char[32]"}

Place = collections.namedtuple("Place", "off size bit width")
Command = collections.namedtuple("Command",
                                 "name direction ctype header numbers sizes")


class Field:
    """A member, or a struct: its type by ABI, its place, what is in it."""

    def __init__(self, name, ctypes, places):
        self.name = name
        self.ctypes = ctypes
        self.places = places
        self.inner = []
        self.kind = None        # "struct", "union" of what is written in place

    def ctype(self, abi):
        """Types that differ: of LP64, of ILP32; x32 has words of 32 bits."""
        return self.ctypes[0 if abi == 0 else -1]

    def is_spare(self):
        return bool(SPARE.search(self.name))


def split_type(ctype):
    """'struct a[2][3]' -> 'struct a', [2, 3]"""
    counts = []
    while True:
        found = DIMENSION.search(ctype)
        if not found:
            return ctype.strip(), counts
        counts.insert(0, int(found.group(1) or 0))
        ctype = ctype[:found.start()]


def is_signed(ctype):
    """None: both will do."""
    ctype = ctype.replace("const ", "").replace("volatile ", "")
    fixed = FIXED.match(ctype)
    if fixed:
        return fixed.group(1) in ("s", "int")
    if ctype == "char":
        return None
    if ctype in SIGNED:
        return True
    if ctype in UNSIGNED or ctype.startswith("enum "):
        return False
    return None


def is_big_endian(ctype):
    return ctype.startswith("__be")


def read_places(columns, only):
    """Places by ABI: None where there is none."""
    if only is not None:
        places = [None, None, None]
        places[only] = read_place(columns[0])
        return places
    found = []
    for text in columns:
        if text in ("=64", "=32"):
            found.append(found[0 if text == "=64" else 1])
        else:
            found.append(read_place(text))
    return found


def read_place(text):
    if text.startswith(":"):
        return Place(0, int(text[1:]), None, None)
    found = PLACE.match(text)
    if not found:
        return None
    byte, bit, size, is_bits = found.groups()
    if not is_bits:
        return Place(int(byte), int(size), None, None)
    first = int(byte) * 8 + int(bit)
    last = first + int(size) - 1
    return Place(first // 8, last // 8 - first // 8 + 1, first % 8, int(size))


def read_head(columns):
    """A line of a struct; the ABI that it is of, if it is of one only."""
    kind, name = HEAD.match(columns[0]).groups()
    only = None
    if columns[1].startswith("["):
        words = columns[1].strip("[]").replace(",", "").split()
        only = ABIS.index(words[-2])
    top = Field(name, [columns[1]], read_places(columns[2:], only))
    top.kind = kind
    return top, only


def read_field(columns, only):
    name = columns[0].strip()
    field = Field("" if name == "-" else name,
                  [SPELT.get(t, t) for t in columns[1].split("|")],
                  read_places(columns[2:], only))
    base, _ = split_type(field.ctypes[0])
    if base in ("struct {}", "union {}"):
        field.kind = base.split()[0]
    return field


def read_structs(path=os.path.join(HERE, "structs.txt")):
    """name: Field of the struct"""
    found = {}
    with open(path, encoding="utf-8") as f:
        lines = [line.rstrip("\n") for line in f if not line.startswith("#")]
    only, around = None, []
    for line in lines:
        columns = line.split("\t")
        depth = (len(line) - len(line.lstrip(" "))) // 2
        if not depth:
            top, only = read_head(columns)
            merge(found, top, only)
            around = [top]
            continue
        field = read_field(columns, only)
        del around[depth:]
        around[-1].inner.append(field)
        around.append(field)
    return found


def merge(found, top, only):
    """Of a struct whose members differ each ABI has a block of its own."""
    if only is None or top.name not in found:
        found[top.name] = top
        return
    found.setdefault((top.name, ABIS[only]), top)


def read_commands(path=os.path.join(HERE, "commands.tsv")):
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f
                if not line.startswith("#")]
    structs = read_structs()
    found = []
    for row in rows:
        numbers = [None if n in ("None", "-", "") else int(n, 0)
                   for n in row[4:7]]
        meant = None
        if row[2].startswith("struct ") and row[2].endswith("*"):
            row[2] = row[2].rstrip("* ")
            meant = structs.get(row[2].removeprefix("struct "))
        found.append(Command(*row[:4], numbers, sizes_of(numbers, meant)))
    return found


def sizes_of(numbers, meant):
    """The size of what the argument points to, as the number has it.

    A command whose type is a pointer to a struct has the pointer's size, but
    means the struct.
    """
    return [place.size if place else number and number >> 16 & 0x3fff
            for number, place in zip(
                numbers, meant.places if meant else [None] * len(numbers))]


class Tables:
    """Structs and what is known of them.

    replaced: those that are described by hand; refined: name: members that are
    told by hand; opaque: types of which only the size is known.
    """

    def __init__(self, replaced=(), refined=None):
        self.structs = read_structs()
        self.replaced, self.refined = replaced, refined or {}
        self.opaque = set(self.find_opaque())

    def find_opaque(self):
        fields = list(self.structs.values())
        for field in fields:
            fields.extend(field.inner)
        for field in fields:
            for ctype in field.ctypes if field.kind is None else ():
                base, _ = split_type(ctype)
                name = re.sub(r"^(struct|union) ", "", base)
                if name in self.structs or base.endswith("*"):
                    continue
                try:
                    is_signed(base)
                except ValueError:
                    yield name

    def struct(self, name, abi):
        """The struct, or None if there is none of that name."""
        return self.structs.get((name, ABIS[abi])) or self.structs.get(name)

    def get(self, command):
        """The struct that the command's argument points to, or None."""
        base, counts = split_type(command.ctype)
        name = re.sub(r"^(struct|union) ", "", base)
        return None if counts else self.structs.get(name)
