# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a tracer shows of the kernel's names, found out by running it.

A probe makes calls that are bound to fail, with numbers from FACTS, the tables
of the kernel's user ABI, and the lines that the tracer writes are counted: a
number that has a name, an argument that is more than an address.
"""

import pathlib
import re
import struct
import subprocess
import sys
import tempfile

import kernel

# A descriptor that the probe has not open.
NO_FD = 777

PROBE = """\
import ast, ctypes, socket, sys
libc = ctypes.CDLL(None)
room = ctypes.create_string_buffer(1 << 16)
sockets = {}
for line in open(sys.argv[1]):
    what, *args = ast.literal_eval(line)
    if what == "ioctl":
        libc.syscall(16, ctypes.c_long(%d), ctypes.c_ulong(args[0]), room)
    elif what == "setsockopt":
        libc.setsockopt(%d, *args, room, 4)
    else:
        protocol, data = args
        if protocol not in sockets:
            sockets[protocol] = socket.socket(socket.AF_NETLINK,
                                              socket.SOCK_RAW, protocol)
            sockets[protocol].bind((0, 0))
        # Netlink knows nothing out of band, and refuses to send it.
        libc.send(sockets[protocol].fileno(), data, len(data), 1)
""" % (NO_FD, NO_FD)

# The attributes of a message: its protocol, number, the bytes of its header,
# and the enum they are of.
SETS = (
    (0, 16, 16, "linux/if_link.h#(anon:IFLA_UNSPEC)"),
    (0, 20, 8, "linux/if_addr.h#(anon:IFA_UNSPEC)"),
    (0, 24, 12, "linux/rtnetlink.h#rtattr_type_t"),
    (0, 28, 12, "linux/neighbour.h#(anon:NDA_UNSPEC)"),
    (0, 32, 12, "linux/fib_rules.h#(anon:FRA_UNSPEC)"),
    (0, 36, 20, "linux/rtnetlink.h#(anon:TCA_UNSPEC)"),
    (0, 64, 4, "linux/neighbour.h#(anon:NDTA_UNSPEC)"),
    (0, 72, 8, "linux/if_addrlabel.h#(anon:IFAL_ADDRESS)"),
    (0, 80, 4, "linux/netconf.h#(anon:NETCONFA_UNSPEC)"),
    (0, 88, 4, "linux/net_namespace.h#(anon:NETNSA_NONE)"),
    (0, 92, 12, "linux/if_link.h#(anon:IFLA_STATS_UNSPEC)"),
    (0, 104, 8, "linux/nexthop.h#(anon:NHA_UNSPEC)"),
    (6, 18, 24, "linux/xfrm.h#xfrm_attr_type_t"),
    (12, 0x100, 4, "linux/netfilter/nfnetlink_conntrack.h#ctattr_type"),
    (12, 0x302, 4, "linux/netfilter/nfnetlink_queue.h#nfqnl_attr_config"),
    (12, 0xa00, 4, "linux/netfilter/nf_tables.h#nft_table_attributes"),
    (12, 0xa03, 4, "linux/netfilter/nf_tables.h#nft_chain_attributes"),
    (12, 0xa06, 4, "linux/netfilter/nf_tables.h#nft_rule_attributes"),
    (12, 0xa09, 4, "linux/netfilter/nf_tables.h#nft_set_attributes"),
    (16, 16, 4, "linux/genetlink.h#(anon:CTRL_ATTR_UNSPEC)"),
)


def traced(tracer, calls, steps):
    """The lines of these calls, in the order of the steps of the probe."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "probe.py").write_text(PROBE, encoding="ascii")
        (folder / "steps").write_text("\n".join(map(repr, steps)),
                                      encoding="ascii")
        subprocess.run([tracer, "-s", "8", "-e", f"trace={calls}", "-o",
                        folder / "out", sys.executable, folder / "probe.py",
                        folder / "steps"], check=True)
        lines = (folder / "out").read_text(encoding="utf-8",
                                           errors="replace").splitlines()
    known = re.compile(rf"ioctl\({NO_FD}, |setsockopt\({NO_FD}, |.*MSG_OOB")
    lines = [line for line in lines if known.match(line)]
    if len(lines) != len(steps):
        sys.exit(f"{tracer} shows {len(lines)} of {len(steps)} {calls}")
    return lines


def is_named(text):
    return bool(re.match(r"(?!_IO)_*[A-Z][A-Za-z0-9_]+", text))


def calls(tracer):
    names = {line.split()[1] for abi in ("x86_64", "i386", "x32") for line in
             (kernel.ABI / "nr" / f"{abi}.tbl").read_text(
                 encoding="ascii").splitlines()
             if line and not line.startswith("#")}
    known = [subprocess.run([tracer, "-e", f"trace={name}", "-o", "/dev/null",
                             "true"], stderr=subprocess.DEVNULL,
                            check=False).returncode == 0 for name in names]
    return sum(known), len(known)


def ioctls(tracer, facts):
    """Numbers with a name, and those whose argument, going in, is shown."""
    found = {c.value: c.direction for c in kernel.commands(facts)
             if c.kind == "plain" or c.kind.endswith("encoded")}
    values = sorted(found)
    named = shown = going_in = 0
    for value, line in zip(values, traced(
            tracer, "ioctl", [("ioctl", value) for value in values])):
        words = re.match(rf"ioctl\({NO_FD}, (_IOC\([^)]*\)|[^,)]*)(?:, )?(.*)"
                         r"\) += -1", line)
        named += is_named(words[1])
        if found[value] in ("write", "rw"):
            going_in += 1
            shown += not re.match(r"0x[0-9a-f]+$", words[2])
    return (named, len(values)), (shown, going_in)


def options(tracer, facts):
    numbers = {}
    for path in (facts / "constants").glob("*.tsv"):
        for row in kernel.rows(path):
            if not row[0] in numbers and row[1].startswith(("0x", "-0x")):
                numbers[row[0]] = int(row[1], 16)
    asked = set()
    for path in kernel.ABI.glob("*.abi"):
        text = re.sub(r"#.*", "", path.read_text(encoding="ascii"))
        for levels, names in re.findall(
                r"^sockopt (?:set )?((?:\w+, )*\w+) ((?:[A-Z]\w+,\s+)*"
                r"[A-Z]\w+) ", text, re.M):
            asked |= {(numbers[level], numbers[name])
                      for level in re.findall(r"\w+", levels)
                      for name in re.findall(r"\w+", names)
                      if level in numbers and name in numbers}
    asked = sorted(asked)
    lines = traced(tracer, "setsockopt",
                   [("setsockopt", *pair) for pair in asked])
    named = [is_named(line.split(", ")[2]) for line in lines]
    return sum(named), len(named)


def message(kind, body):
    return struct.pack("=IHHII", 16 + len(body), kind, 1, 0, 0) + body


def messages(tracer, facts):
    protocols = {"rtnetlink": 0, "xfrm": 6, "audit": 9}
    asked = [(12 if row[1] == "nfnetlink" else protocols[row[0]],
              int(row[3], 0))
             for row in kernel.rows(facts / "netlink" / "messages-kernel.tsv")
             if row[1] == "nfnetlink" or row[0] in protocols]
    lines = traced(tracer, "sendto", [
        ("send", protocol, message(kind, bytes(4)))
        for protocol, kind in asked])
    # Subsystem and message, or one name.
    unnamed = re.compile(r"(.*<<8\|)?(0x|[A-Z_]*\?\?\?|[0-9])")
    named = [not unnamed.match(re.search(r"type=([^,}]*)", line)[1])
             for line in lines]
    return sum(named), len(named)


def attributes(tracer, facts):
    rows = list(kernel.rows(facts / "netlink" / "attributes-kernel.tsv"))
    steps = []
    for protocol, kind, head, enum in SETS:
        mine = [int(row[2]) for row in rows
                if f"{row[0]}#{row[1]}" == enum and row[2].isdigit()]
        if not mine:
            sys.exit(f"the tables know nothing of {enum}")
        steps += [("send", protocol, message(kind, bytes(head) +
                                             struct.pack("=HH", 4, number)))
                  for number in mine if number]
    lines = traced(tracer, "sendto", steps)
    name = re.compile(r"nla_type=(\w+\|)?(?!NLA)[A-Z][A-Z0-9a-z_]+")
    named = [bool(name.search(line)) for line in lines]
    return sum(named), len(named)


def counts(tracer, facts):
    """(what was counted, how many it shows, of how many) for each."""
    names, shown = ioctls(tracer, facts)
    return [("names of calls", *calls(tracer)),
            ("names of ioctl commands, of numbers", *names),
            ("... arguments shown that go in", *shown),
            ("names of socket options", *options(tracer, facts)),
            ("types of messages (route, xfrm, audit, netfilter)",
             *messages(tracer, facts)),
            ("attributes by name in 20 of their messages",
             *attributes(tracer, facts))]
