# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which attributes of netlink the descriptions say something of, for
scripts/update/coverage and scripts/check/netlink.
"""

import collections
import re

import kernel

LEFT = kernel.ABI.parents[1] / "scripts" / "check" / "netlink-left.txt"
# Attributes whose being there is all they say, and numbers that nobody uses.
EMPTY = ("flag", "pad", "unused", "reject")
EMPTY_NAMES = re.compile(r"_(UNSPEC|PAD|NONE)$")


def descriptions(made):
    """Files of descriptions: those that are made, or those by hand."""
    return [p for p in sorted(kernel.ABI.rglob("*.abi"))
            if (p.parent.name == "made") == made and p.name != "names.abi"]


def blocks(text, kinds):
    """(first line, body) of what begins with one of these words."""
    for m in re.finditer(rf"^(?:{kinds}) [^{{]*\{{", text, re.M):
        depth, end = 1, m.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield m[0], text[m.end():end - 1]


def attribute_sets(made):
    """The attributes whose values have a type."""
    found = set()
    for path in descriptions(made):
        text = re.sub(r"#.*", "", path.read_text(encoding="ascii"))
        enums = {head.split()[1]: re.findall(r"[A-Z]\w+", body) for head, body
                 in blocks(text, "enum")}
        for head, body in blocks(text, "attrs|refine"):
            for keys in re.findall(r"([A-Z]\w+(?:,\s*[A-Z]\w+)*) : ", body):
                found.update(re.findall(r"\w+", keys))
            if re.match(r"\s*default : ", body):
                found.update(enums.get(head.split()[2], ()))
    return found


def left_reasons():
    """[(reason, names)] of LEFT; a name with a * is the beginning of some."""
    found = []
    for line in LEFT.read_text(encoding="ascii").splitlines():
        if line.startswith("- "):
            found.append((line[2:], []))
        elif line.strip() and not line.startswith("#"):
            found[-1][1].extend(line.split())
    return found


def is_empty(name, kind):
    """Is there nothing to show of that attribute?"""
    return kind in EMPTY or EMPTY_NAMES.search(name)


def explained(names):
    """How many of these each reason holds for, those without one, and what of
    LEFT is about none of them.
    """
    count, unused = collections.Counter(), []
    open_names = set(names)
    for reason, patterns in left_reasons():
        for pattern in patterns:
            hits = {n for n in names if n == pattern or
                    pattern.endswith("*") and n.startswith(pattern[:-1])}
            count[reason] += len(hits & open_names)
            open_names -= hits
            if not hits:
                unused.append(pattern)
    return count, open_names, unused
