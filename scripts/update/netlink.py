# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages of netlink from the kernel's tables, for scripts/update/made.

FACTS/netlink says which attributes there are, what they hold, and which
messages have which.  Of each set of attributes that a message leads to there is
an "attrs", of each family of generic netlink a struct, of each other message
its header and its attributes; they join the cases that
src/abi/netlink/netlink.abi includes.  What depends on another attribute is
shown as bytes or as numbered attributes: "refine" says better.
"""

import collections
import os
import re

import kernel
from shapes import HEX, NUMBERS, names_lines, wrap

NUMBER = re.compile(r"^[us](8|16|32|64)$")
NO_VALUE = r"^__|(^|_)(NUM|MAX)(_|$)|_(LAST|CNT|COUNT)$|_AFTER_"
ADDRESSES = "by (rest) { 4 : inet4; 16 : inet6; default : hexstr[rest] }"
# Nests that the tables take for arrays of nests, because what fills them counts
# nests of another attribute: they hold the attributes themselves.
DIRECT = ("DCB_ATTR_PG_CFG", "NL80211_ATTR_PEER_MEASUREMENTS",
          "NL80211_ATTR_SAR_SPEC", "NL80211_ATTR_STA_INFO",
          "NL80211_WOWLAN_TRIG_NET_DETECT")


class Set:
    """An enum of attributes."""

    def __init__(self, header, enum):
        self.header, self.enum = header, enum
        self.rows = []
        self.name = None             # of the attrs, when it is made

    def prefix(self):
        return os.path.commonprefix([r["c_name"] for r in self.rows])


def sets_by(path, *columns):
    """By the words in these columns: which sets attributes are of, how often.
    """
    found = collections.defaultdict(collections.Counter)
    for row in kernel.table(path):
        if row["header"] != "-":
            words = tuple(row[c] for c in columns)
            found[words if len(words) > 1 else words[0]][
                f"{row['header']}#{row['enum_tag']}"] += 1
    return found


def spec_only_sets(top, known):
    """Sets of attributes that only a specification tells."""
    rows = [r for r in kernel.table(top / "attributes.tsv")
            if r["enum_tag"] not in ("-", "")]
    key_of = {(r["family"], r["attribute_set"]):
              f"{r['header']}#{r['enum_tag']}" for r in rows}
    found = {}
    for r in rows:
        key = key_of[r["family"], r["attribute_set"]]
        if key in known:
            continue
        found.setdefault(key, Set(r["header"], r["enum_tag"]))
        found[key].rows.append({
            "number": r["number"], "c_name": r["c_name"], "type": r["type"],
            "byte_order": r["byte_order"], "struct_or_hint": "-",
            "nested_enum": key_of.get(
                (r["family"], r["nested_set_or_struct"]), "-"),
            "nested_from": "-", "spec_families": r["family"]})
    return found


class Netlink:
    """Everything about netlink; blocks of text go to made.blocks."""

    def __init__(self, facts, made):
        self.made = made
        top = facts / "netlink"
        self.sets = self.read_sets(top)
        self.policies = sets_by(top / "policies.tsv", "policy_table")
        # Tables of several files may have one name.
        self.own_policies = sets_by(top / "policies.tsv", "file",
                                    "policy_table")
        self.hints = {r["c_name"]: r["hint"]
                      for r in kernel.table(top / "value-hints.tsv")}
        self.spec = {(r["family"], r["c_name"]): r
                     for r in kernel.table(top / "attributes.tsv")}
        self.spec_sets = sets_by(top / "attributes.tsv", "family",
                                 "attribute_set")
        self.enums = self.read_enums(top)
        self.made_enums = {}
        self.names = set()
        self.constants = kernel.constants(facts)
        self.constants.update(
            (name, found[:2]) for name, found in
            kernel.private(facts, self.constants).items())
        self.enums_by_tag = kernel.enums(facts)
        self.by_hand = hand_attrs()
        self.kernel_messages = kernel.table(top / "messages-kernel.tsv")
        self.spec_messages = kernel.table(top / "messages.tsv")
        self.families = [r for r in kernel.table(top / "families.tsv")
                         if r["kind"] == "genl" and r["name"] != "nlctrl"]
        self.left = collections.Counter()

    @staticmethod
    def read_sets(top):
        found = {}
        for row in kernel.table(top / "attributes-kernel.tsv"):
            key = f"{row['header']}#{row['enum']}"
            found.setdefault(key, Set(row["header"], row["enum"]))
            found[key].rows.append(row)
        found.update(spec_only_sets(top, found))
        return found

    @staticmethod
    def read_enums(top):
        found = collections.defaultdict(list)
        for row in kernel.table(top / "enums.tsv"):
            if row["c_name"] not in ("-", "") and \
                    row["value"].lstrip("-").isdigit():
                found[row["family"], row["enum"]].append(
                    (int(row["value"]), row["c_name"]))
        return found

    # ---- sets of attributes ----

    def unique(self, slug):
        name, n = slug, 2
        while name in self.names or name in self.made.taken:
            name = f"{slug}_{n}"
            n += 1
        self.names.add(name)
        return name

    def attrs(self, key):
        """The name of the attrs of that set, which is written if it is new."""
        s = self.sets.get(key)
        if not s:
            return None
        if s.name:
            return s.name
        hand = [self.by_hand[r["c_name"]] for r in s.rows
                if r["c_name"] in self.by_hand]
        if hand:
            s.name = hand[0]
            return s.name
        known = [r for r in s.rows if r["c_name"] in self.constants]
        if not known:
            return None
        s.name = self.unique(self.slug(s))
        self.write_set(s, known)
        return s.name

    @staticmethod
    def slug(s):
        slug = s.enum if not s.enum.startswith("(") else s.prefix()
        slug = re.sub(r"\W", "_", slug.strip("_").lower())
        return "nl_" + (re.sub(r"^(_)*(nla?_)?", "", slug) or "set")

    def wanted(self):
        """Sets and structs that no message leads to, but that a refinement
        names: what depends on another attribute.
        """
        words = set(re.findall(r"\w+", hand_text())) - set(self.made.taken)
        for key, s in sorted(self.sets.items()):
            if not s.name and self.slug(s) in words - self.names:
                self.attrs(key)
        for name in sorted(words & set(self.made.best)):
            self.made.struct_named(f"struct {name}")
        self.wanted_names(words)

    def wanted_names(self, words):
        """nl_enum_TAG, nl_flags_TAG, nl_bits_TAG: the names of an enum of the
        headers, of values, of flags or of numbers of bits.
        """
        for word in sorted(words):
            m = re.match(r"nl_(enum|flags|bits)_(\w+)$", word)
            names = [n for n in self.enums_by_tag.get(m[2], ()) if
                     n[1] in self.constants and
                     not re.search(NO_VALUE, n[1])] if m else []
            if m and m[1] == "flags":
                names = [n for n in names if n[0] and not n[0] & (n[0] - 1)]
            if names:
                head = "enum" if m[1] == "enum" else "flags"
                size = "u64" if m[1] != "enum" and names[-1][0] > 31 else "u32"
                self.made.blocks["values"].append("\n".join(names_lines(
                    f"{head} {word} {size}", sorted(names), m[1] == "bits")))

    def write_set(self, s, known):
        names = sorted({(int(r["number"]), r["c_name"]) for r in known})
        lines = names_lines(f"enum {s.name}_types u16", names)
        by_type = collections.defaultdict(list)
        for r in known:
            text = self.value(r)
            if text:
                by_type[text].append(r["c_name"])
        lines.append(f"attrs {s.name} {s.name}_types {{")
        for text, of in by_type.items():
            lines += ["\t" + line for line in
                      wrap("", of, f" : {text}")]
        lines.append("}")
        self.made.blocks[kernel.dashes(s.header)].append("\n".join(lines))

    def value(self, r):
        """The words for what an attribute holds; None: bytes."""
        kind, hint = r["type"], r["struct_or_hint"]
        if kind in ("nest", "array-nest") or kind.startswith("indexed-array"):
            return self.nest(r)
        if kind == "sub-message":
            return "each hexstr[rest]"
        if kind == "string":
            return "text[rest]"
        if kind == "bitfield32":
            return "nl_bitfield32"
        if kind in ("uint", "sint"):
            return f"by (rest) {{ 8 : {kind[0]}64; default : {kind[0]}32 }}"
        if kind.startswith("msecs"):
            return "u64"
        if NUMBER.match(kind):
            return self.number(r)
        if kind.startswith("binary") and hint != "-":
            return self.binary(hint)
        return None

    def nest(self, r):
        key = r["nested_enum"]
        family = r["spec_families"].split(";")[0]
        spec = self.spec.get((family, r["c_name"]))
        if key == "-" and spec and spec["type"] == "nest":
            key = self.spec_set(family, spec["nested_set_or_struct"]) or "-"
        each = r["type"] != "nest" or self.is_list(r)
        inner = self.attrs(key) if key != "-" else None
        if not inner:
            return "each hexstr[rest]"
        return f"each {inner}" if each else inner

    def is_list(self, r):
        """Does a nest hold numbered nests of that set?  What a specification
        calls a nest of the set is one, though several may come in a row.
        """
        family = r["spec_families"].split(";")[0]
        spec = self.spec.get((family, r["c_name"]))
        direct = spec and spec["type"] == "nest" and r["nested_enum"] == \
            self.spec_set(family, spec["nested_set_or_struct"])
        return re.search(r"per element|numbered", r["nested_from"]) and \
            r["c_name"] not in DIRECT and not direct

    def number(self, r):
        kind, name = r["type"], r["c_name"]
        if r["struct_or_hint"] in ("ipv4", "ipv4;struct in_addr") and \
                kind == "u32":
            return "inet4"
        if r["byte_order"] == "big-endian" and kind != "u8":
            kind = "be" + kind[1:]
        enum = self.enum_of(r)
        if enum:
            return f"{kind} {enum}"
        hint = {"uid": "id", "gid": "id", "pid": "tgid"}.get(
            self.hints.get(name), self.hints.get(name))
        if hint in ("fd", "ifindex", "id", "tgid") and kind in ("u32", "s32"):
            return f"{kind} {hint}"
        for pattern, kinds, word in NUMBERS:
            if re.search(pattern, name.lower()) and kind in kinds.split():
                return f"{kind} {word}"
        if HEX.search(name.lower()) and kind[0] in "ub":
            return f"{kind} hex"
        return kind

    def enum_of(self, r):
        """The names that a specification has for the value."""
        for family in r["spec_families"].split(";"):
            row = self.spec.get((family, r["c_name"]))
            if not row or row["enum_or_flags"] in ("-", ""):
                continue
            key = family, row["enum_or_flags"]
            names = [n for n in self.enums[key] if n[1] in self.constants]
            if not names:
                return None
            if key not in self.made_enums:
                self.write_enum(key, row["enum_kind"], names)
            return self.made_enums[key]
        return None

    def write_enum(self, key, kind, names):
        name = self.unique("nl_" + re.sub(r"\W", "_", "_".join(key)))
        word = "flags" if kind == "flags" else "enum"
        bits = word == "flags" and any(n & (n - 1) or not n for n, _ in names)
        self.made.blocks["genl"].append("\n".join(names_lines(
            f"{word} {name} u32", names, bits)))
        self.made_enums[key] = f"{word} {name}"

    def binary(self, hint):
        parts = set(hint.split(";"))
        if parts & {"ipv4-or-v6"} or parts >= {"ipv4", "ipv6"}:
            return ADDRESSES
        if "ipv6" in parts or "struct in6_addr" in parts:
            return "inet6"
        if "ipv4" in parts:
            return "inet4"
        if "mac" in parts or "hwaddr" in parts:
            return "hwaddr[rest]"
        if parts == {"char"}:
            return "text[rest]"
        m = re.match(r"(array of )?(struct \w+|[us]\d+)", hint)
        if not m or len(parts) > 1:
            return None
        if NUMBER.match(m[2]):
            return f"{m[2]}[]" if m[1] else None
        shape = self.made.struct_named(m[2])
        if not shape or not shape.size[0]:
            return None
        return shape.text + ("[]" if m[1] else "")

    # ---- messages ----

    def policy_set(self, text, path):
        """The set that "ct_nla_policy max CTA_MAX" or "attributes RTA_*" is,
        in a file of the kernel's.
        """
        m = re.search(r"attributes (\w+)_\*", text)
        if m:
            return self.set_by_prefix(m[1])
        total = collections.Counter()
        for name in re.findall(r"\w+", text):
            total.update(self.own_policies.get((path, name)) or
                         self.policies.get(name, {}))
        return total.most_common(1)[0][0] if total else None

    def set_by_prefix(self, prefix):
        for key, s in self.sets.items():
            first = s.rows[0]["c_name"]
            if first in (f"{prefix}_UNSPEC", f"{prefix}_UNDEFINED"):
                return key
        best = [(len(s.rows), key) for key, s in self.sets.items()
                if s.prefix().rstrip("_") == prefix]
        return max(best)[1] if best else None

    def raw(self):
        """Messages of the protocols that are not generic."""
        groups = collections.defaultdict(list)
        by_hand = set(re.findall(r"\bNETLINK_\w+ \w+", hand_text()))
        for r in self.kernel_messages:
            protocol = {"rtnetlink": "ROUTE", "xfrm": "XFRM",
                        "crypto": "CRYPTO"}.get(r["family"].split()[0])
            if r["kind"] == "nfnetlink":
                protocol = "NETFILTER"
            if r["family"].startswith("rdma"):
                protocol = "RDMA"
            if not protocol or r["kind"] == "genl":
                continue
            number = r["number"] if protocol in ("NETFILTER", "RDMA") else \
                r["c_name"]
            if number != r["number"] and number not in self.constants or \
                    f"NETLINK_{protocol} {number}" in by_hand:
                continue
            groups[protocol, r["payload_or_header"],
                   self.set_of_message(r)].append(number)
        lines = []
        for (protocol, payload, key), numbers in sorted(
                groups.items(), key=lambda g: str(g[0])):
            text = self.body(payload, key)
            if not text:
                self.left["message"] += len(numbers)
                continue
            lines += ["\t" + line for line in wrap("", [
                f"NETLINK_{protocol} {n}" for n in numbers], f" : {text}")]
        self.made.blocks["messages"].append(
            "\n".join(["cases netlink_bodies(2) {"] + lines + ["}"]))

    def set_of_message(self, r):
        key = self.policy_set(r["policy_or_attributes"], r["file"])
        if key or r["kind"] != "nfnetlink":
            return key
        for spec in self.spec_messages:
            if r["c_name"] in (spec["request_c_name"], spec["reply_c_name"]):
                key = key or self.spec_set(spec["family"],
                                           spec["attribute_set"])
        if key:
            return key
        # A request without a policy has an answer like the others'.
        for other in self.kernel_messages:
            if other["family"] == r["family"]:
                key = key or self.policy_set(other["policy_or_attributes"],
                                             other["file"])
        return key

    def spec_set(self, family, name):
        """A set of a specification; "=get": that of the operation get."""
        if name.startswith("="):
            name = next((r["attribute_set"] for r in self.spec_messages if
                         (r["family"], r["name"]) == (family, name[1:])), name)
        sets = self.spec_sets.get((family, name))
        return sets.most_common(1)[0][0] if sets else None

    def body(self, payload, key):
        """A type for what follows the head of a message."""
        attrs = self.attrs(key) if key else None
        if payload == "-":
            return attrs
        name = re.sub(r"^struct ", "", payload)
        slug = f"nl_{name}" if payload != "u32" else "nl_flags"
        if attrs:
            slug += "_" + re.sub(r"^nl_", "", attrs)
        if slug in self.names:
            return slug
        lines = ["flags u32 hex"] if payload == "u32" else \
            self.made.members_of(payload)
        if lines is None:
            return None
        self.names.add(slug)
        if attrs:
            lines = lines + [f"attrs {attrs} then"]
        self.made.blocks["messages"].append("\n".join(
            [f"struct {slug} {{"] + ["\t" + line for line in lines] + ["}"]))
        return slug

    # ---- generic netlink ----

    def generic(self):
        cases = []
        for family in self.families:
            name = self.family(family)
            if name:
                cases.append(f'\t"{family["name"]}" : {name}')
            else:
                self.left["family"] += 1
        self.made.blocks["genl"].append(
            "\n".join(["cases genl_families {"] + cases + ["}"]))

    def family(self, family):
        """The struct of a family's messages."""
        slug = "genl_" + re.sub(r"\W", "_", family["name"]).lower()
        sent, received = self.commands(family["name"])
        if not sent and not received:
            return None
        lines = [f"cmd {self.command_names(slug, sent, received)}:u8",
                 "version u8", "reserved u16 nz"]
        header = family["user_header"]
        if header.startswith("struct "):
            shape = self.made.struct_named(header)
            if not shape:
                return None
            lines.append(f"header {shape.text} then")
        attrs = self.by_command(sent, received)
        if attrs:
            lines.append(f"attrs {attrs} then")
        slots = "(received)" if self.differ(sent, received) else ""
        self.made.blocks["genl"].append("\n".join(
            [f"struct {slug}{slots} {{"] + [
                "\t" + l for text in lines for l in text.split("\n")] + ["}"]))
        return slug + slots

    def commands(self, family):
        """({name: set} of what programs send, of what the kernel does)."""
        sent, received = {}, {}
        default = None
        for r in self.kernel_messages:
            if r["family"] == family and r["kind"] == "genl":
                key = self.policy_set(r["policy_or_attributes"], r["file"])
                sent[r["c_name"]] = key
                default = default or key
        for r in self.spec_messages:
            if r["family"] != family:
                continue
            key = self.spec_set(family, r["attribute_set"])
            request, reply = r["request_c_name"], r["reply_c_name"]
            if request + "_REPLY" in self.constants:
                reply = request + "_REPLY"
            for to, name in ((sent, request), (received, reply)):
                if name not in ("-", ""):
                    to[name] = key or to.get(name)
        sent = {n: k or received.get(n) or default for n, k in sent.items()
                if n in self.constants}
        received = {n: k or default for n, k in received.items()
                    if n in self.constants}
        return sent, received

    def command_names(self, slug, sent, received):
        tags = [self.tag_names(names) for names in (sent, received)]
        if self.differ(sent, received):
            for names, end in zip(tags, ("sent", "received")):
                self.command_enum(f"{slug}_{end}", names)
            return (f"by (received) {{ 1 : {slug}_received; "
                    f"default : {slug}_sent }}")
        self.command_enum(f"{slug}_cmds", tags[0] or tags[1])
        return f"enum {slug}_cmds"

    def differ(self, sent, received):
        """Are there numbers of their own for each direction?"""
        tags = [set(self.tag_names(names)) for names in (sent, received)]
        return tags[0] and tags[1] and not tags[1] <= tags[0]

    def command_enum(self, name, names):
        self.made.blocks["genl"].append("\n".join(
            names_lines(f"enum {name} u8", names)))

    def tag_names(self, names):
        """All numbers of the enum that these are of."""
        found = set()
        for name in names:
            found.update(self.constants[name][1] or
                         [(self.constants[name][0], name)])
        found = {n for n in found if 0 <= n[0] < 256 and
                 n[1] in self.constants and
                 not re.search(r"_MAX$|^__|_LAST$|_AFTER_", n[1])}
        return sorted(found)

    def by_command(self, sent, received):
        kinds = {k for k in list(sent.values()) + list(received.values()) if k}
        if len(kinds) < 2:
            return self.attrs(kinds.pop()) if kinds else None
        by_set = collections.defaultdict(list)
        one_enum = not self.differ(sent, received)
        if one_enum:
            sent, received = {**received, **sent}, {}
        for way, names in (("0 ", sent), ("1 ", received)):
            for name, key in sorted(names.items()):
                attrs = self.attrs(key) if key else None
                if attrs:
                    by_set[attrs].append(name if one_enum else way + name)
        lines = [f"by ({'' if one_enum else 'received, '}cmd) {{"]
        for attrs, keys in by_set.items():
            lines += ["\t" + line for line in
                      wrap("", keys, f" : {attrs}")]
        return "\n".join(lines + ["\tdefault : each hexstr[rest]", "}"])


def hand_text():
    return "".join(re.sub(r"#.*", "", path.read_text(encoding="ascii"))
                   for path in sorted((kernel.ABI / "netlink").glob("*.abi")))


def hand_attrs():
    """By the name of an attribute: the attrs by hand that it is one of."""
    found, text = {}, hand_text()
    for name, enum in re.findall(r"^attrs (\w+)(?:\(\w+\))? (\w+) \{", text,
                                 re.M):
        if f"attrs {name}(" in text:
            continue
        m = re.search(rf"^enum {enum} [^{{]*\{{([^}}]*)\}}", text, re.M)
        for word in re.findall(r"[A-Z]\w+", m[1]) if m else ():
            found[word] = name
    return found
