# SPDX-License-Identifier: LGPL-2.1-or-later
"""Readers of FACTS, the tables of the kernel's user ABI, for the scripts here.

Structs come from structs/*.txt, commands from ioctls.tsv, names of numbers
with the enum that they are of from constants/*.tsv.  Nothing here knows how
anything is shown: scripts/update/made decides that.
"""

import collections
import dataclasses
import pathlib
import re

ABI = pathlib.Path(__file__).resolve().parents[2] / "src" / "abi"

# The layouts that the tables of structs have columns for; the ABIs that the
# program is built for, those of these layouts first.
LAYOUTS = ("lp64", "i386", "x32")
ABIS = ("x86_64", "i386", "x32", "aarch64", "s390x")


def rows(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def table(path):
    """The rows as dicts by the names of the columns."""
    lines = path.read_text(encoding="utf-8").splitlines()
    names = lines[0].lstrip("# ").split("\t")
    return [dict(zip(names, line.split("\t"))) for line in lines[1:] if line]


# ---- commands ----

# Other words for what another header of the same area defines.
ALIAS = re.compile(
    r"^(VIDIOC_SUBDEV_|SOUND_PCM_|HIDPGETCONN|MIC_VIRTIO_|XFS_IOC_|"
    r"__|REISERFS_IOC_|DRM_IOCTL_NOUVEAU_VM_INIT$)|\(")

# Where one of these is a name of a number, it is the only one: the rest are
# drivers' private words, or old ones.
KNOWN = {"FIONREAD", "SIOCGSTAMP_OLD", "SIOCGSTAMPNS_OLD", "SIOCGIFINDEX",
         "SIOCPROTOPRIVATE", "SIOCDEVPRIVATE", "SIOCSIWCOMMIT"}

# Kept beside a generic name, since their header has a number of its own.
KEPT = {"BTRFS_IOC_CLONE", "BTRFS_IOC_CLONE_RANGE",
        "BTRFS_IOC_FILE_EXTENT_SAME"}

GENERIC = ("linux/fs.h",)

# The number of the last command there, no command.
NO_COMMANDS = {"HIDIOCTL_LAST"}

# The kernel's own headers, which no program can include: their names stand only
# where no other is.
INTERNAL = ("fs/", "include/linux/")


@dataclasses.dataclass
class Command:
    """A row of ioctls.tsv."""
    name: str
    value: int
    direction: str
    size: str
    type: str
    header: str
    kind: str


def of_our_machines(kind):
    """Whether a program that we can trace may use a command of that kind."""
    word, _, machine = kind.partition(":")
    return word != "arch-only" or machine in ABIS


def commands(facts):
    for row in rows(facts / "ioctls.tsv"):
        if row[0] in NO_COMMANDS or not of_our_machines(row[10]):
            continue
        if row[1].startswith("0x") and (
                row[10] != "enum-encoded" or not re.match(r"B[CR]_", row[0])):
            yield Command(row[0], int(row[1], 16) & 0xffffffff, row[2],
                          row[6], row[7], row[8], row[10])


def described(but=()):
    """The commands that descriptions name, but for those of these folders."""
    names = set()
    for path in ABI.rglob("*.abi"):
        if path.parent.name in but:
            continue
        text = re.sub(r"#.*", "", path.read_text(encoding="ascii"))
        for words in re.findall(r"^ioctl\s([^(]*)\(", text, re.M):
            names.update(re.findall(r"\w+", words))
    return names


def same_area(names, ours):
    """Of one header's names for a number, the one that is shown."""
    return min(names, key=lambda name: (name not in ours, len(name), name))


def chosen(entries, ours):
    """The names to keep of one number's commands."""
    known = {c.name for c in entries} & KNOWN
    if known:
        return known
    exported = [c for c in entries if not c.header.startswith(INTERNAL)]
    entries = exported or entries
    plain = [c for c in entries if not ALIAS.search(c.name)]
    entries = plain or [c for c in entries if "(" not in c.name]
    generic = [c for c in entries if c.header in GENERIC]
    if generic:
        generic += [c for c in entries if c.name in KEPT]
    by_header = collections.defaultdict(list)
    for c in generic or entries:
        by_header[c.header].append(c.name)
    return {same_area(names, ours) for names in by_header.values()}


def values_by_abi(facts):
    """The numbers of each command on ABIS; None: it is not there."""
    return {row["name"]: [int(row[abi], 16) if row[abi].startswith("0x")
                          else None for abi in ABIS]
            for row in table(facts / "ioctls-by-abi.tsv")}


def by_number(facts):
    found = collections.defaultdict(list)
    for c in commands(facts):
        found[c.value].append(c)
    return found


# ---- structs ----

@dataclasses.dataclass
class Member:
    """One member: where it lies in each layout, in bits, and how long."""
    name: str           # "": its members are those of what is around it
    type: str           # without the count
    count: int          # elements; 1 if it is no array, 0 if it is open
    is_array: bool
    at: list            # (first bit, bits), or None
    is_bits: bool
    inner: list
    varies: bool = False    # the count is another one where words are short


@dataclasses.dataclass
class Struct:
    """A struct, a union, or a type of either that has a name."""
    name: str
    is_union: bool
    header: str
    size: list          # in bytes, by layout; None: unknown
    members: list
    lines: list         # of the table


def place(text, before):
    """"8:4", "8.3:1b", "=64", "=32" as (bit, bits)."""
    if text in ("=64", "=32"):
        return before[text == "=32"]
    m = re.fullmatch(r"(\d+)(?:\.(\d+))?:(\d+)(b?)", text)
    if not m:
        return None
    bits = int(m[3]) if m[4] else int(m[3]) * 8
    return int(m[1]) * 8 + int(m[2] or 0), bits


def places(fields):
    found = []
    for text in fields:
        found.append(place(text, found))
    return (found + [None] * 3)[:3]


def elements(text):
    """"__u8[2][3]": "__u8", 6, True; "char[]": "char", 0, True."""
    text = text.split("|")[0].replace("volatile ", "").replace("const ", "")
    base, *counts = re.split(r"\[", text)
    count = 1
    for c in counts:
        c = c.rstrip("]").strip()
        # A sum of numbers is the only expression that is understood.
        good = re.fullmatch(r"\(?(0x[0-9a-f]+|\d+)( *[-+] *(0x[0-9a-f]+|\d+))*"
                            r"\)?", c)
        count *= sum(int(n.replace(" ", ""), 0) for n in re.findall(
            r"[-+]? *(?:0x[0-9a-f]+|\d+)", c)) if good else 0
    return base.strip(), count, bool(counts)


def member(line):
    name, text, *at = line.strip().split("\t")
    base, count, is_array = elements(text)
    return Member("" if name == "-" else name, base, count, is_array,
                  places(at), any(re.search(r"\db$", a) for a in at), [],
                  len({elements(t)[1] for t in text.split("|")}) > 1)


def size_of(text):
    return int(text[1:]) if re.fullmatch(r":\d+", text) else None


def sizes(fields):
    found = []
    for text in fields:
        found.append(found[text == "=32"] if text in ("=64", "=32")
                     else size_of(text))
    return (found + [None] * 3)[:3]


def structs_of(path):
    """Those of one file, without what the layouts have different members in."""
    text = path.read_text(encoding="utf-8")
    head = None
    stack = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            if head:
                yield head
            word, of, *at = line.split("\t")
            words = word.split()
            # Its members differ between the layouts: none is described.
            if re.fullmatch(r"\[\w+ only\]", of):
                head = None
                continue
            head = Struct(words[-1], "union" in words, path.name[:-6],
                          sizes(at), [], [line])
            stack = [(0, head.members)]
            continue
        depth = len(line) - len(line.lstrip(" "))
        if "only]" in line:
            head = None
        if not head:
            continue
        head.lines.append(line)
        while stack[-1][0] >= depth:
            stack.pop()
        m = member(line)
        stack[-1][1].append(m)
        stack.append((depth, m.inner))
    if head:
        yield head


def rank(name):
    """Which file is trusted more: smaller is better."""
    return (name.startswith("ARCH-"), name.startswith("kernel-"),
            name.startswith("libc-"), name.startswith("nonuapi-"),
            name.startswith("asm-generic-"), name)


def structs(facts):
    """All of them: by (header with dashes, name), and the best by name."""
    own, best = {}, {}
    paths = (facts / "structs").glob("*.txt")
    for path in sorted(paths, key=lambda p: rank(p.name)):
        if path.name.startswith(("ARCH-", "kernel-", "libc-")):
            continue
        for s in structs_of(path):
            own[s.header, s.name] = s
            best.setdefault(s.name, s)
    return own, best


def dashes(header):
    return re.sub(r"\.h$", "", header).replace("/", "-")


# ---- names of numbers ----

def enums(facts):
    """By tag: the names of its numbers, as (number, name)."""
    found = {}
    for path in sorted((facts / "constants").glob("*.tsv")):
        if path.name.startswith("ARCH-"):
            continue
        mine = collections.defaultdict(list)
        for row in rows(path):
            if len(row) > 4 and row[3] == "enum" and row[4] != "-":
                mine[row[4]].append((int(row[2]), row[0]))
        for tag, names in mine.items():
            found.setdefault(tag, sorted(names))
    return found


def constants(facts):
    """By name: its number, and all of its enum."""
    found = {}
    for path in sorted((facts / "constants").glob("*.tsv")):
        if path.name.startswith(("ARCH-", "nonuapi-", "libc-")):
            continue
        all_rows = list(rows(path))
        enums = sorted((r for r in all_rows if len(r) > 6 and r[3] == "enum"),
                       key=lambda r: int(r[6]))
        group, last = [], (None, 0)
        for row in enums:
            # One without a name ends where the numbers begin again.
            if row[4] != last[0] or (row[4] == "-" and int(row[2]) < last[1]):
                group = []
            last = row[4], int(row[2])
            group.append((int(row[2]), row[0]))
            found.setdefault(row[0], (int(row[2]), group))
        for row in all_rows:
            if len(row) > 2:
                found.setdefault(row[0], (int(row[2]), None))
    return found


def private(facts, known):
    """By name: the number, all of its enum and the header of each attribute and
    command of netlink that those tables lack: of headers that no program can
    include.
    """
    groups, found = collections.defaultdict(list), {}
    for row in table(facts / "netlink" / "attributes-kernel.tsv"):
        groups[row["header"], row["enum"]].append(
            (int(row["number"]), row["c_name"], row["header"]))
    for row in table(facts / "netlink" / "messages-kernel.tsv"):
        if row["kind"] == "genl":
            groups[row["file"], row["family"]].append(
                (int(row["number"]), row["c_name"], row["file"]))
    for rows_of_one in groups.values():
        group = sorted((n, name) for n, name, _ in rows_of_one)
        for number, name, header in rows_of_one:
            if name not in known:
                found.setdefault(name, (number, group, header))
    return found
