# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where the members of structs lie, and what calls take.

Tables of facts know it from the kernel's headers: structs/*.txt, syscalls/,
syscall-args.tsv and ioctls.tsv.  What they do not say stands in layouts.txt,
and the rest is what "abigen --structs" says of our own descriptions.
"""

import glob
import os
import re
import subprocess

from lines.names import read_table

SCALARS = {
    "char": 1, "unsigned char": 1, "short": 2, "unsigned short": 2,
    "int": 4, "unsigned int": 4, "unsigned": 4, "long long": 8,
    "unsigned long long": 8, "loff_t": 8, "__kernel_loff_t": 8,
    "gid_t": 4, "uid_t": 4, "pid_t": 4, "old_gid_t": 2, "old_uid_t": 2,
    "compat_ulong_t": 4, "compat_uptr_t": 4, "compat_long_t": 4,
    "compat_int_t": 4, "compat_pid_t": 4, "compat_size_t": 4, "key_t": 4,
    "old_time32_t": 4, "timer_t": 4, "mqd_t": 4, "clockid_t": 4,
}
FIXED = re.compile(r"_*(?:[usx]|le|be|uint|int)(8|16|32|64)(?:_t)?")
WORDS = ("long", "unsigned long", "size_t", "__kernel_old_time_t",
         "aio_context_t", "__kernel_ulong_t", "__kernel_long_t")
HEAD = re.compile(r"(struct|union) (\S+)")


class Field:
    """One member; those of a struct without a name of its own are inside."""

    def __init__(self, name, ctype, off, size):
        self.name, self.ctype = name, ctype
        self.off, self.size = off, size
        self.bits = None
        self.inner = []


class Struct:
    """name, size, members, how much its source is trusted (0: most)"""

    def __init__(self, name, size, rank):
        self.name, self.size, self.rank = name, size, rank
        self.fields = []
        self.by_name = None

    def visible(self, fields=None):
        """All members, those of nameless ones included."""
        for f in self.fields if fields is None else fields:
            if f.name == "-":
                yield from self.visible(f.inner)
            else:
                yield f

    def named(self):
        """name -> the members that are called so; for complete structs."""
        if self.by_name is None:
            self.by_name = {}
            for f in self.visible():
                self.by_name.setdefault(f.name, []).append(f)
        return self.by_name

    def find(self, name):
        """A member, by a.b inside of one."""
        first, _, rest = name.partition(".")
        same = self.named().get(first)
        if not same or not rest:
            return same and same[0]
        return inner_of(same[0]).find(rest) if same[0].inner else None


def inner_of(field):
    """The struct that a member with members of its own is."""
    inner = Struct(field.name, field.size, 0)
    inner.fields = field.inner
    return inner


def place(text):
    """offset:size of a column, bits too"""
    found = re.fullmatch(r"(\d+)(?:\.(\d+))?:(\d+)(b?)", text)
    if not found:
        return None
    off, bit, size, unit = found.groups()
    if unit:
        return int(off), 0, (int(bit or 0), int(size))
    return int(off), int(size), None


class Facts:
    """All of it for one ABI."""

    def __init__(self, abi, where, here):
        self.abi = abi
        self.word = 8 if abi == "x86_64" else 4
        self.column = {"x86_64": 2, "i386": 3, "x32": 4}[abi]
        self.structs = {}
        self.arguments = {}
        self.entries = {}
        self.ioctls = {}
        self.hints = {}
        self.least = {}
        self.found = {}
        self.read_layouts(os.path.join(here, "layouts.txt"))
        if where:
            self.read_calls(where)
            for path in sorted(glob.glob(where + "/structs/*.txt")):
                if not os.path.basename(path).startswith("ARCH"):
                    self.read_structs(path)

    def add(self, struct):
        self.structs.setdefault(struct.name, []).append(struct)

    @staticmethod
    def rank_of(base):
        if base.startswith(("nonuapi", "libc")):
            return 3
        plain = base.startswith(("linux-", "asm-")) and "generic" not in base
        return 1 if plain else 2

    def read_structs(self, path):
        base = os.path.basename(path)
        own = base != "kernel-btf.txt" or self.abi == "x86_64"
        rank = self.rank_of(base)
        chain = []
        for row in read_table(path):
            depth = (len(row[0]) - len(row[0].lstrip())) // 2
            if not depth:
                head = HEAD.match(row[0])
                column = self.column_of(row)
                chain = []
                if head and column and row[column].lstrip(":").isdigit():
                    size = int(row[column].lstrip(":"))
                    chain = [Struct(head.group(2), size, rank)]
                    # Of what the kernel has for itself only some is compat.
                    if own or re.search("compat|32", head.group(2)):
                        self.add(chain[0])
            elif chain and len(chain) >= depth and len(row) > column:
                at = place(row[column].replace("=64", row[2])
                           .replace("=32", row[-2]))
                del chain[depth:]
                if at:
                    self.add_field(chain, row, at)

    @staticmethod
    def add_field(chain, row, at):
        field = Field(row[0].strip(), row[1], at[0], at[1])
        field.bits = at[2]
        parent = chain[-1]
        (parent.fields if isinstance(parent, Struct) else parent.inner).append(
            field)
        chain.append(field)

    def column_of(self, row):
        """The column of this ABI, or None: the struct is another's."""
        if "only]" not in row[1]:
            return self.column if len(row) > self.column else \
                2 if self.abi == "x86_64" or len(row) == 3 else None
        mine = ("x86_64", "lp64") if self.abi == "x86_64" else \
            ("i386", "ilp32")
        return 2 if any(word in row[1].lower() for word in mine) else None

    def read_calls(self, where):
        for row in read_table(f"{where}/syscalls/{self.abi}.tsv"):
            other = row[3] if self.abi != "x86_64" and row[3] != "-" else ""
            self.entries[row[1]] = other or row[2]
        for row in read_table(where + "/syscall-args.tsv"):
            if row[2] in ("any", "x86", "default(others)"):
                self.arguments.setdefault(row[1], {})[int(row[3])] = \
                    row[4], row[5]
        for row in read_table(where + "/ioctls.tsv"):
            self.ioctls[row[0]] = row[7]

    def read_layouts(self, path):
        """
        "hint KEY TYPE" lines say what a register points to, "struct NAME:
        TYPE MEMBER, ..." lines (before the colon maybe [ABI]) are as in C;
        "@OFFSET" in front of a member says where it lies.  "least STRUCT
        SIZE": so much of it is always read.
        """
        with open(path, encoding="utf-8") as f:
            for line in f:
                line = line.split("#")[0].strip()
                head, _, members = line.partition(": ")
                words = head.split()
                if line.startswith("hint "):
                    _, key, ctype = line.split(None, 2)
                    self.hints[key] = ctype
                elif line.startswith("least "):
                    self.least[words[1]] = int(words[2])
                elif line and words[2:] in ([], [f"[{self.abi}]"]):
                    self.add(self.layout(words[1], members.split(", ")))

    def layout(self, name, members):
        struct = Struct(name, 0, 0)
        at = 0
        for member in members:
            found = re.fullmatch(
                r"(?:@(\d+) )?(.*?)(\**) (\w+)((?:\[\d+\])?)", member)
            off, ctype, star, word, count = found.groups()
            ctype += " *" if star else ""
            size = self.size_of(ctype)
            align = 1 if ctype.startswith("struct") and not star else \
                min(size, self.word)
            at = int(off) if off else -(-at // align) * align
            number = int(count[1:-1]) if count else 1
            struct.fields.append(Field(word, ctype + count, at,
                                       size * number))
            at += size * number
            struct.size = max(struct.size, at)
        return struct

    def size_of(self, ctype):
        """Bytes of a type, or None."""
        ctype = re.sub(r"\b(const|volatile|__user) ?", "", ctype).strip()
        if ctype.endswith("*"):
            return self.word
        if ctype in WORDS:
            return self.word
        fixed = FIXED.fullmatch(ctype)
        if fixed:
            return int(fixed.group(1)) // 8
        struct = self.struct_of(ctype)
        return struct.size if struct else SCALARS.get(ctype)

    def struct_of(self, ctype, size=None):
        """The struct that a type is, or None; of several the one so big."""
        head = HEAD.fullmatch(re.sub(r"\bconst ", "", ctype).strip())
        known = self.structs.get(head.group(2), ()) if head else ()
        known = [s for s in known if size is None or s.size == size]
        return min(known, key=lambda s: s.rank) if known else None

    def argument(self, call, index):
        """Name and C type of a call's argument; both empty if unknown."""
        entry = self.entries.get(call)
        return self.arguments.get(entry, {}).get(index, ("", ""))

    def search(self, names, size):
        """The smallest struct that has all these members."""
        key = tuple(names), size
        if key not in self.found:
            self.found[key] = self.search_all(names, size)
        return self.found[key]

    def search_all(self, names, size):
        known = [s for group in self.structs.values() for s in group
                 if all(s.find(n) for n in names)]
        exact = [s for s in known if s.size == size]
        return min(exact or known, default=None, key=lambda s: (
            s.rank == 0 and -1, len(s.named()), s.rank, len(s.name)))

    def add_own(self, abigen, top):
        """What our own descriptions say, for what nothing else knows."""
        source = top + "/src/abi/"
        files = sum((sorted(glob.glob(source + p)) for p in (
            "*.abi", "*/*.abi", "const/*.const")), [])
        files += [f"{source}nr/{a}.tbl" for a in ("x86_64", "i386", "x32")]
        out = subprocess.run([abigen, "--structs"] + files, text=True,
                             check=True, stdout=subprocess.PIPE,
                             env=dict(os.environ,
                                      ASAN_OPTIONS="detect_leaks=0")).stdout
        struct = None
        for line in out.splitlines():
            word = line.split()
            if word[0] == "struct":
                struct = Struct(word[1], int(word[3]), 4)
                if word[2] == self.abi:
                    self.add(struct)
            elif word[0] != "_":
                struct.fields.append(Field(word[0], "", int(word[1]),
                                           int(word[2])))
