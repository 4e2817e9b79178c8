# SPDX-License-Identifier: LGPL-2.1-or-later
"""What no table of types describes: addresses, control messages and the like.

A shape is a function of the builder, the memory, where it begins, and the
value.  for_struct() and for_array() find it by the members that are shown.
"""

import ipaddress
import re

from lines.memory import Memory
from lines.text import Atom, Fields, Gap, Items, Text, Unknown


class Members(dict):
    """name -> value"""

    def __missing__(self, name):
        raise Unknown(f"{name} is not shown")


def members(value):
    """What is shown of a struct."""
    if not isinstance(value, Fields):
        raise Unknown("no struct, but " + type(value).__name__)
    return Members((n, v) for n, v in value.items if not isinstance(v, Gap))


def get(builder, have, name):
    return builder.number(have[name]) if name in have else 0


def put_row(builder, memory, off, have, row):
    """Numbers one behind the other: "name:size ...".  Where they end."""
    for word in row.split():
        name, size = word.split(":")
        size = builder.word if size == "w" else int(size)
        memory.put_number(off, size, get(builder, have, name))
        off += size
    return off


def bytes_of(value):
    if not isinstance(value, Text):
        raise Unknown("no string, but " + type(value).__name__)
    return value.data


def data_of(value, size=None):
    """The bytes of a string, with more of them if they went on."""
    data = bytes_of(value) + (b"A" * 200 if value.more else b"")
    return data if size is None else data[:size].ljust(size, b"\0")


def inet6(value):
    """inet_pton(AF_INET6, "::1")"""
    if isinstance(value, Text):
        return value.data
    found = isinstance(value, Atom) and re.match(
        r'inet_pton\([^"]*"([^"]*)"', value.text)
    if not found:
        raise Unknown("no address of IPv6")
    return ipaddress.IPv6Address(found.group(1)).packed


# ---- socket addresses ----

ROWS = {
    2: "sin_port:2 sin_addr:4 -:8",
    16: "nl_pad:2 nl_pid:4 nl_groups:4",
    38: "",
    40: "svm_reserved1:2 svm_port:4 svm_cid:4 svm_flags:1 svm_zero:3",
    42: "-:2 sq_node:4 sq_port:4",
    44: "sxdp_flags:2 sxdp_ifindex:4 sxdp_queue_id:4 sxdp_shared_umem_fd:4",
}


def sockaddr_in6(b, memory, off, have):
    off = put_row(b, memory, off, have, "sin6_port:2 sin6_flowinfo:4")
    address = have.get("sin6_addr") or have.get(None)
    memory.put(off, inet6(address))
    if "sin6_scope_id" in have:
        memory.put_number(off + 16, 4, get(b, have, "sin6_scope_id"))


def sockaddr_ipx(b, memory, off, have):
    off = put_row(b, memory, off, have, "sipx_port:2 sipx_network:4")
    b.elements(memory, off, have["sipx_node"], None, 1)
    put_row(b, memory, off + 6, have, "sipx_type:1 sipx_zero:1")


def sockaddr_un(b, memory, off, have):
    memory.put(off, bytes_of(have["sun_path"]) + b"\0")


def sockaddr_ll(b, memory, off, have):
    off = put_row(b, memory, off, have, "sll_protocol:2 sll_ifindex:4 "
                  "sll_hatype:2 sll_pkttype:1 sll_halen:1")
    memory.reach(off + 8)
    if "sll_addr" in have:
        b.elements(memory, off, have["sll_addr"], None, 1)


def sockaddr_alg(b, memory, off, have):
    if "salg_type" not in have:
        raise Unknown("a part of an address")
    memory.put(off, data_of(have["salg_type"], 14))
    off = put_row(b, memory, off + 14, have, "salg_feat:4 salg_mask:4")
    name = have["salg_name"]
    memory.put(off, bytes_of(name) + b"A" * name.more)


def sockaddr_nfc(b, memory, off, have):
    off = put_row(b, memory, off, have,
                  "-:2 dev_idx:4 target_idx:4 nfc_protocol:4")
    if "dsap" not in have:
        return
    off = put_row(b, memory, off, have, "dsap:1 ssap:1")
    memory.put(off, data_of(have["service_name"], 63))
    off += 63 + (-(off + 63) % b.word)
    memory.put_number(off, b.word, get(b, have, "service_name_len"))


def sockaddr_mctp(b, memory, off, have):
    off = put_row(b, memory, off, have, "__smctp_pad0:2 smctp_network:4")
    inner = members(have["smctp_addr"])
    memory.put_number(off, 1, get(b, inner, "s_addr"))
    put_row(b, memory, off + 1, have,
            "smctp_type:1 smctp_tag:1 __smctp_pad1:1")


def flat(b, value, size):
    """All numbers inside, one behind the other."""
    if isinstance(value, (Fields, Items)):
        return b"".join(flat(b, v, size) for _, v in value.items
                        if not isinstance(v, Gap))
    return (b.number(value) & (1 << 8 * size) - 1).to_bytes(size, "little")


def leaves(value):
    """How many numbers there are inside."""
    if not isinstance(value, (Fields, Items)):
        return 1
    return sum(leaves(v) for _, v in value.items)


def sockaddr_tipc(b, memory, off, have):
    address = have.get("addr")
    if address is None:
        raise Unknown("a part of an address")
    off = put_row(b, memory, off, have, "addrtype:1 scope:1")
    data = address.data if isinstance(address, Text) else flat(b, address, 4)
    memory.put(off, data.ljust(12, b"\0"))


def sockaddr_802154(b, memory, off, have):
    inner = members(have["addr"]) if "addr" in have else {}
    off = put_row(b, memory, off + 2, inner, "addr_type:4 pan_id:2")
    if "hwaddr" in inner:
        memory.put(off, data_of(inner["hwaddr"], 8))
    elif "short_addr" in inner:
        memory.put_number(off, 2, get(b, inner, "short_addr"))
    memory.reach(off + 10)


def sockaddr_bt(b, memory, off, have):
    address = [v for n, v in have.items() if n and n.endswith("bdaddr")]
    if not address or "l2_psm" in have:
        raise Unknown("an address of bluetooth")
    memory.put(off, bytes_of(address[0]))
    if "rc_channel" in have:
        put_row(b, memory, off + 6, have, "rc_channel:1 -:1")


def sockaddr_rxrpc(b, memory, off, have):
    off = put_row(b, memory, off, have,
                  "srx_service:2 transport_type:2 transport_len:2")
    items = list(members(have["transport"]).items())
    if items and items[0][0] in ("sin", "sin6"):
        items = list(members(items[0][1]).items())
    for i, (name, value) in enumerate(items):
        if not name or name == "sin6_addr":
            data = inet6(value)
        else:
            short = not i or name in ("sin_port", "sin6_port")
            data = flat(b, value, 2 if short else 4)
        memory.put(off, data)
        off += len(data)
    memory.reach(36)


FAMILIES = {1: sockaddr_un, 4: sockaddr_ipx, 10: sockaddr_in6, 17: sockaddr_ll,
            30: sockaddr_tipc, 31: sockaddr_bt, 33: sockaddr_rxrpc,
            36: sockaddr_802154, 38: sockaddr_alg, 39: sockaddr_nfc,
            45: sockaddr_mctp}


def sockaddr(b, memory, off, value):
    have = members(value)
    family = b.number(have["sa_family"]) & 0xffff
    memory.put_number(off, 2, family)
    if "sa_data" in have:
        memory.put(off + 2, bytes_of(have["sa_data"]))
    elif family in FAMILIES:
        FAMILIES[family](b, memory, off + 2, have)
    elif family in ROWS:
        put_row(b, memory, off + 2, have, ROWS[family])
    else:
        raise Unknown(f"an address of family {family}")


# ---- other structs ----

def mreq6(b, memory, off, value):
    have = members(value)
    address = have.get("ipv6mr_multiaddr") or have.get(None)
    memory.put(off, inet6(address))
    memory.put_number(off + 16, 4, get(b, have, "ipv6mr_interface"))


def group_req(b, memory, off, value):
    have = members(value)
    memory.put_number(off, 4, get(b, have, "gr_interface"))
    at = off + b.word
    for name in ("gr_group", "gsr_source"):
        if name in have:
            sockaddr(b, memory, at, have[name])
            at += 128
            memory.reach(at)


def sigevent(b, memory, off, value):
    have = members(value)
    inner = members(have["sigev_value"])
    at = put_row(b, memory, off, inner, "sival_ptr:w" if "sival_ptr" in inner
                 else "sival_int:w")
    put_row(b, memory, at, have, "sigev_signo:4 sigev_notify:4 "
            "sigev_notify_function:w sigev_notify_attributes:w"
            if "sigev_notify_function" in have else
            "sigev_signo:4 sigev_notify:4 sigev_notify_thread_id:4")
    memory.reach(off + 64)


CONTROLS = ("VINTR VQUIT VERASE VKILL VEOF VTIME VMIN VSWTC VSTART VSTOP "
            "VSUSP VEOL VREPRINT VDISCARD VWERASE VLNEXT VEOL2").split()


def termios(b, memory, off, value):
    have = members(value)
    controls = have.get("c_cc")
    small = b.hint == "struct termio"
    size = 2 if small else 4
    for name in ("c_iflag", "c_oflag", "c_cflag", "c_lflag"):
        memory.put_number(off, size, get(b, have, name))
        off += size
    memory.put_number(off, 1, get(b, have, "c_line"))
    if isinstance(controls, Text):
        memory.put(off + 1, controls.data)
    for index, v in controls.items if isinstance(controls, Items) else ():
        if isinstance(v, Gap):
            continue
        index = index.split()[0]
        at = CONTROLS.index(index) if index in CONTROLS else \
            b.names.number(index)
        memory.put_number(off + 1 + at, 1, b.number(v))
    memory.reach(off + (10 if small else 20))
    if "c_ispeed" in have:
        put_row(b, memory, off + 20, have, "c_ispeed:4 c_ospeed:4")
    elif b.hint == "struct termios2":
        memory.reach(off + 28)


def tee_buffer(b, memory, off, value):
    """buf_ptr points to a head, whose kind its members tell, and params."""
    have = members(value)
    if isinstance(have["buf_ptr"], Atom):
        memory.put_number(off, 8, b.number(have["buf_ptr"]))
    else:
        inner = members(have["buf_ptr"])
        head = Memory()
        if "uuid" in inner:
            head.put(0, bytes_of(inner["uuid"]))
            at = put_row(b, head, 16, inner, "clnt_uuid:4 -:8 -:4 "
                         "clnt_login:4 cancel_id:4 session:4 ret:4 "
                         "ret_origin:4 num_params:4")
        elif "session" in inner:
            at = put_row(b, head, 0, inner,
                         "func:4 session:4 cancel_id:4 ret:4 ret_origin:4 "
                         "num_params:4")
        elif "id" in inner:
            at = put_row(b, head, 0, inner,
                         "id:8 op:4 ret:4 num_params:4 -:4")
        else:
            at = put_row(b, head, 0, inner, "func:4 num_params:4")
        b.elements(head, at, inner.get("params", Items([], False)),
                   "struct tee_ioctl_param", None)
        memory.put_pointer(off, b.word, head)
    memory.put_number(off + 8, 8, get(b, have, "buf_len"))


def capabilities(b, memory, off, value):
    """All the low halves come first."""
    have = members(value)
    for half in range(2):
        for name in ("effective", "permitted", "inheritable"):
            memory.put_number(off, 4, get(b, have, name) >> 32 * half)
            off += 4


STRUCTS = {"effective": capabilities,
           "sa_family": sockaddr, "sigev_value": sigevent,
           "ipv6mr_interface": mreq6, "gr_interface": group_req,
           "gsr_interface": group_req,
           "c_iflag": termios, "buf_ptr": tee_buffer}


def for_struct(value):
    for name, _ in value.items:
        if name in STRUCTS:
            return STRUCTS[name]
    if value.items and value.items[0][0] == "nlmsg_len":
        raise Unknown("a message of netlink")
    return None


# ---- arrays ----

def message_data(b, value, room):
    """The data of a control message that has room for so many bytes."""
    if value is None:
        return b""
    if isinstance(value, Text):
        return value.data
    if isinstance(value, Fields) and value.items[0][0] == "sa_family":
        address = Memory()
        sockaddr(b, address, 0, value)
        return bytes(address.data)
    count = leaves(value)
    one = room // count if room in (count, 2 * count, 8 * count) else 4
    return flat(b, value, one)


def control_messages(b, memory, value):
    at = 0
    for _, v in value.items:
        if isinstance(v, Gap):
            continue
        have = members(v)
        length = get(b, have, "cmsg_len")
        put_row(b, memory, at, have, "cmsg_len:w cmsg_level:4 cmsg_type:4")
        memory.put(at + b.word + 8, message_data(
            b, have.get("cmsg_data"), length - b.word - 8))
        memory.reach(at + length)
        if length > 1 << 16:
            break
        at = len(memory) + -len(memory) % b.word
        memory.reach(at)


def directory(b, memory, value):
    at = 0
    for _, v in value.items:
        have = members(v)
        wide = "d_type:1" if v.items[-1][0] == "d_name" else ""
        word = "8" if wide else "w"
        off = put_row(b, memory, at, have, f"d_ino:{word} d_off:{word} "
                      f"d_reclen:2 {wide}")
        memory.put(off, bytes_of(have["d_name"]) + b"\0")
        end = at + get(b, have, "d_reclen")
        memory.reach(end)
        if not wide:
            memory.put_number(end - 1, 1, get(b, have, "d_type"))
        at = end


def wait_status(b, memory, value):
    """[{WIFEXITED(s) && WEXITSTATUS(s) == 42}]"""
    words = [v.text for _, v in value.items[0][1].items
             if isinstance(v, Atom)]
    number = b.names.number(words[4]) if "==" in words else 0
    if "WIFCONTINUED(s)" in words:
        number = 0xffff
    elif "WIFSIGNALED(s)" in words:
        number |= 0x80 * ("WCOREDUMP(s)" in words)
    else:
        number = number << 8 | 0x7f * ("WIFSTOPPED(s)" in words)
    for _, v in value.items[1:]:
        # [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTRAP}|PTRACE_EVENT_EXEC<<16]
        number |= b.names.number(v.text.lstrip("|"))
    memory.put_number(0, 4, number)


def for_array(value):
    first = next((v for _, v in value.items if isinstance(v, Fields)), None)
    if first and first.items and first.items[0][0] == "d_ino":
        return directory
    if first and first.items and isinstance(first.items[0][1], Atom) \
            and first.items[0][1].text.startswith("WIF"):
        return wait_status
    if first and first.items and first.items[0][0] == "cmsg_len":
        return control_messages
    if len(value.items) > 1 and first and first.items \
            and first.items[0][0] == "version":
        raise Unknown("what lies behind struct dm_ioctl")
    if first and first.items and first.items[0][0] == "nlmsg_len":
        raise Unknown("a message of netlink")
    return None
