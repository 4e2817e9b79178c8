# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an attribute holds that another one tells the kind of.

The tables of facts have no word on most of these: which set of attributes a
kind of link, queue, filter, action, expression or encapsulation has is written
here, by one attribute of the set.
"""

import collections

# message: where it lies; way: the nests around both, by name or number; tag:
# the attribute that tells the kind; data: the one that depends on it; family:
# the first byte of the header, if that counts.
Place = collections.namedtuple("Place", "message way tag data kinds family",
                               defaults=(None,))
BRIDGE, MCTP, IPMR = 7, 45, 128

LINKS = Place("RTM_NEWLINK", ("IFLA_LINKINFO",), "IFLA_INFO_KIND",
              "IFLA_INFO_DATA", {
    "amt": "IFLA_AMT_MODE", "bareudp": "IFLA_BAREUDP_PORT",
    "batadv": "IFLA_BATADV_ALGO_NAME", "bond": "IFLA_BOND_MODE",
    "can": "IFLA_CAN_BITTIMING", "geneve": "IFLA_GENEVE_ID",
    "gre": "IFLA_GRE_LINK", "gtp": "IFLA_GTP_FD0", "hsr": "IFLA_HSR_SLAVE1",
    "sit": "IFLA_IPTUN_LINK", "ipoib": "IFLA_IPOIB_PKEY",
    "ipvlan": "IFLA_IPVLAN_MODE", "macsec": "IFLA_MACSEC_SCI",
    "macvlan": "IFLA_MACVLAN_MODE", "netkit": "IFLA_NETKIT_PEER_INFO",
    "ovpn": "IFLA_OVPN_MODE", "ppp": "IFLA_PPP_DEV_FD",
    "rmnet": "IFLA_RMNET_MUX_ID", "tun": "IFLA_TUN_OWNER",
    "vrf": "IFLA_VRF_TABLE", "vti": "IFLA_VTI_LINK",
    "vxlan": "IFLA_VXLAN_ID", "wwan": "IFLA_WWAN_LINK_ID",
    "xfrm": "IFLA_XFRM_LINK"})
PORTS = Place("RTM_NEWLINK", ("IFLA_LINKINFO",), "IFLA_INFO_SLAVE_KIND",
              "IFLA_INFO_SLAVE_DATA", {
    "bond": "IFLA_BOND_SLAVE_STATE", "bridge": "IFLA_BRPORT_STATE",
    "vrf": "IFLA_VRF_PORT_TABLE"})
QUEUES = Place("RTM_NEWQDISC", (), "TCA_KIND", "TCA_OPTIONS", {
    "basic": "TCA_BASIC_CLASSID", "bpf": "TCA_BPF_ACT",
    "cake": "TCA_CAKE_BASE_RATE64", "cbs": "TCA_CBS_PARMS",
    "cgroup": "TCA_CGROUP_ACT", "choke": "TCA_CHOKE_PARMS",
    "codel": "TCA_CODEL_TARGET", "drr": "TCA_DRR_QUANTUM",
    "dualpi2": "TCA_DUALPI2_LIMIT", "etf": "TCA_ETF_PARMS",
    "ets": "TCA_ETS_NBANDS", "flow": "TCA_FLOW_KEYS",
    "flower": "TCA_FLOWER_CLASSID", "fq": "TCA_FQ_PLIMIT",
    "fq_codel": "TCA_FQ_CODEL_TARGET", "fq_pie": "TCA_FQ_PIE_LIMIT",
    "fw": "TCA_FW_CLASSID", "gred": "TCA_GRED_PARMS",
    "hfsc": "TCA_HFSC_RSC", "hhf": "TCA_HHF_QUANTUM", "htb": "TCA_HTB_PARMS",
    "matchall": "TCA_MATCHALL_CLASSID", "pie": "TCA_PIE_TARGET",
    "qfq": "TCA_QFQ_WEIGHT", "red": "TCA_RED_PARMS",
    "route": "TCA_ROUTE4_CLASSID", "sfb": "TCA_SFB_PARMS",
    "taprio": "TCA_TAPRIO_ATTR_PRIOMAP", "tbf": "TCA_TBF_PARMS",
    "u32": "TCA_U32_CLASSID"})
ACTIONS = Place("RTM_NEWACTION", ("TCA_ROOT_TAB", 1), "TCA_ACT_KIND",
                "TCA_ACT_OPTIONS", {
    "bpf": "TCA_ACT_BPF_PARMS", "connmark": "TCA_CONNMARK_PARMS",
    "csum": "TCA_CSUM_PARMS", "ct": "TCA_CT_PARMS",
    "ctinfo": "TCA_CTINFO_ACT", "gact": "TCA_GACT_PARMS",
    "gate": "TCA_GATE_PARMS", "ife": "TCA_IFE_PARMS",
    "mirred": "TCA_MIRRED_PARMS", "mpls": "TCA_MPLS_PARMS",
    "nat": "TCA_NAT_PARMS", "pedit": "TCA_PEDIT_PARMS",
    "police": "TCA_POLICE_TBF", "sample": "TCA_SAMPLE_PARMS",
    "simple": "TCA_DEF_PARMS", "skbedit": "TCA_SKBEDIT_PARMS",
    "skbmod": "TCA_SKBMOD_PARMS", "tunnel_key": "TCA_TUNNEL_KEY_PARMS",
    "vlan": "TCA_VLAN_PARMS"})
EXPRESSIONS = Place("NFT_MSG_NEWRULE", ("NFTA_RULE_EXPRESSIONS", 1),
                    "NFTA_EXPR_NAME", "NFTA_EXPR_DATA", {
    "bitwise": "NFTA_BITWISE_SREG", "byteorder": "NFTA_BYTEORDER_SREG",
    "cmp": "NFTA_CMP_SREG", "connlimit": "NFTA_CONNLIMIT_COUNT",
    "counter": "NFTA_COUNTER_BYTES", "ct": "NFTA_CT_DREG",
    "dup": "NFTA_DUP_SREG_ADDR", "dynset": "NFTA_DYNSET_SET_NAME",
    "exthdr": "NFTA_EXTHDR_DREG", "fib": "NFTA_FIB_DREG",
    "flow_offload": "NFTA_FLOW_TABLE_NAME", "fwd": "NFTA_FWD_SREG_DEV",
    "hash": "NFTA_HASH_SREG", "immediate": "NFTA_IMMEDIATE_DREG",
    "inner": "NFTA_INNER_NUM", "last": "NFTA_LAST_SET",
    "limit": "NFTA_LIMIT_RATE", "log": "NFTA_LOG_GROUP",
    "lookup": "NFTA_LOOKUP_SET", "masq": "NFTA_MASQ_FLAGS",
    "match": "NFTA_MATCH_NAME", "meta": "NFTA_META_DREG",
    "nat": "NFTA_NAT_TYPE", "numgen": "NFTA_NG_DREG",
    "objref": "NFTA_OBJREF_IMM_TYPE", "osf": "NFTA_OSF_DREG",
    "payload": "NFTA_PAYLOAD_DREG", "queue": "NFTA_QUEUE_NUM",
    "quota": "NFTA_QUOTA_BYTES", "range": "NFTA_RANGE_SREG",
    "redir": "NFTA_REDIR_REG_PROTO_MIN", "reject": "NFTA_REJECT_TYPE",
    "rt": "NFTA_RT_DREG", "socket": "NFTA_SOCKET_KEY",
    "synproxy": "NFTA_SYNPROXY_MSS", "target": "NFTA_TARGET_NAME",
    "tproxy": "NFTA_TPROXY_FAMILY", "tunnel": "NFTA_TUNNEL_KEY",
    "xfrm": "NFTA_XFRM_DREG"})
OBJECTS = Place("NFT_MSG_NEWOBJ", (), "NFTA_OBJ_TYPE", "NFTA_OBJ_DATA", {
    1: "NFTA_COUNTER_BYTES", 2: "NFTA_QUOTA_BYTES", 3: "NFTA_CT_HELPER_NAME",
    4: "NFTA_LIMIT_RATE", 5: "NFTA_CONNLIMIT_COUNT", 6: "NFTA_TUNNEL_KEY_ID",
    7: "NFTA_CT_TIMEOUT_L3PROTO", 8: "NFTA_SECMARK_CTX",
    9: "NFTA_CT_EXPECT_L3PROTO", 10: "NFTA_SYNPROXY_MSS"})
# The kernel's answers have the type after what depends on it.
ROUTES = Place("RTM_NEWROUTE", (), "RTA_ENCAP_TYPE", "RTA_ENCAP", {
    1: "MPLS_IPTUNNEL_DST", 2: "LWTUNNEL_IP_ID", 3: "ILA_ATTR_LOCATOR",
    4: "LWTUNNEL_IP6_ID", 5: "SEG6_IPTUNNEL_SRH", 6: "LWT_BPF_IN",
    7: "SEG6_LOCAL_ACTION", 8: "RPL_IPTUNNEL_SRH",
    9: "IOAM6_IPTUNNEL_MODE", 10: "LWT_XFRM_IF_ID"})
TIMEOUTS = Place("IPCTNL_MSG_TIMEOUT_NEW", (), "CTA_TIMEOUT_L4PROTO",
                 "CTA_TIMEOUT_DATA", {
    1: "CTA_TIMEOUT_ICMP_TIMEOUT", 6: "CTA_TIMEOUT_TCP_SYN_SENT",
    17: "CTA_TIMEOUT_UDP_UNREPLIED", 47: "CTA_TIMEOUT_GRE_UNREPLIED",
    58: "CTA_TIMEOUT_ICMPV6_TIMEOUT", 132: "CTA_TIMEOUT_SCTP_CLOSED",
    255: "CTA_TIMEOUT_GENERIC_TIMEOUT"})
# Nests and messages of which the tables do not say what they hold.
NESTS = [Place(message, way, None, None, {0: member})
         for message, way, member in (
    ("NL80211_CMD_NEW_WIPHY", ("NL80211_ATTR_WIPHY_BANDS", 1),
     "NL80211_BAND_ATTR_FREQS"),
    ("NL80211_CMD_NEW_WIPHY", ("NL80211_ATTR_WIPHY_RADIOS", 1),
     "NL80211_WIPHY_RADIO_ATTR_INDEX"),
    ("NL80211_CMD_NEW_WIPHY", ("NL80211_ATTR_IFTYPE_AKM_SUITES", 1),
     "NL80211_IFTYPE_AKM_ATTR_SUITES"),
    ("NL80211_CMD_SET_COALESCE", ("NL80211_ATTR_COALESCE_RULE", 1),
     "NL80211_ATTR_COALESCE_RULE_DELAY"),
    ("NL80211_CMD_SET_CQM", ("NL80211_ATTR_CQM",),
     "NL80211_ATTR_CQM_RSSI_THOLD"),
    ("NL80211_CMD_CONNECT", ("NL80211_ATTR_BSS_SELECT",),
     "NL80211_BSS_SELECT_ATTR_RSSI"),
    ("NL80211_CMD_GET_FTM_RESPONDER_STATS",
     ("NL80211_ATTR_FTM_RESPONDER_STATS",), "NL80211_FTM_STATS_SUCCESS_NUM"),
    ("NL80211_CMD_NEW_WIPHY", ("NL80211_ATTR_PEER_MEASUREMENTS",
                               "NL80211_PMSR_ATTR_TYPE_CAPA",
                               "NL80211_PMSR_TYPE_FTM"),
     "NL80211_PMSR_FTM_CAPA_ATTR_ASAP"),
    ("NL80211_CMD_PEER_MEASUREMENT_START",
     ("NL80211_ATTR_PEER_MEASUREMENTS", "NL80211_PMSR_ATTR_PEERS", 1,
      "NL80211_PMSR_PEER_ATTR_REQ", "NL80211_PMSR_REQ_ATTR_DATA",
      "NL80211_PMSR_TYPE_FTM"), "NL80211_PMSR_FTM_REQ_ATTR_ASAP"),
    ("NL80211_CMD_PEER_MEASUREMENT_RESULT",
     ("NL80211_ATTR_PEER_MEASUREMENTS", "NL80211_PMSR_ATTR_PEERS", 1,
      "NL80211_PMSR_PEER_ATTR_RESP", "NL80211_PMSR_RESP_ATTR_DATA",
      "NL80211_PMSR_TYPE_FTM"), "NL80211_PMSR_FTM_RESP_ATTR_FAIL_REASON"),
    ("SMC_NETLINK_GET_SYS_INFO", (), "SMC_GEN_SYS_INFO"),
    ("SMC_NETLINK_DUMP_SEID", (), "SMC_NLA_SEID_ENABLED"),
    ("TASKSTATS_CMD_NEW", (), "TASKSTATS_TYPE_PID"),
    ("PSAMPLE_CMD_SAMPLE", (), "PSAMPLE_ATTR_IIFINDEX"),
    ("IPCTNL_MSG_CT_GET_STATS", (), "CTA_STATS_GLOBAL_ENTRIES"),
    ("IPCTNL_MSG_EXP_GET_STATS_CPU", (), "CTA_STATS_EXP_NEW"),
    ("RTM_NEWMDB", (), "MDBA_SET_ENTRY_ATTRS"),
    ("RTM_NEWLINK", ("IFLA_VFINFO_LIST", 1), "IFLA_VF_MAC"),
    ("RTM_GETSTATS", (), "IFLA_STATS_GET_FILTERS"),
    ("RTM_NEWTUNNEL", (), "VXLAN_VNIFILTER_ENTRY"),
    ("RTM_NEWSTATS", ("IFLA_STATS_LINK_OFFLOAD_XSTATS",),
     "IFLA_OFFLOAD_XSTATS_CPU_HIT"),
    ("TEAM_CMD_OPTIONS_GET", ("TEAM_ATTR_LIST_OPTION",
                              "TEAM_ATTR_ITEM_OPTION"),
     "TEAM_ATTR_OPTION_NAME"),
)]
FAMILIES = [Place("RTM_SETLINK", ("IFLA_AF_SPEC", *way), None, None,
                  {0: member}, family)
            for family, way, member in (
    (BRIDGE, ("IFLA_BRIDGE_VLAN_TUNNEL_INFO",), "IFLA_BRIDGE_VLAN_TUNNEL_ID"),
    (BRIDGE, ("IFLA_BRIDGE_MRP",), "IFLA_BRIDGE_MRP_INSTANCE"),
    (BRIDGE, ("IFLA_BRIDGE_CFM",), "IFLA_BRIDGE_CFM_MEP_CREATE"),
    (BRIDGE, ("IFLA_BRIDGE_MST", "IFLA_BRIDGE_MST_ENTRY"),
     "IFLA_BRIDGE_MST_ENTRY_MSTI"),
    (IPMR, (), "IPMRA_TABLE_ID"),
    (MCTP, (MCTP,), "IFLA_MCTP_NET"))]
PLACES = (LINKS, PORTS, QUEUES, ACTIONS, EXPRESSIONS, OBJECTS, ROUTES,
          TIMEOUTS, *NESTS, *FAMILIES)


def members():
    """One attribute of each set."""
    return sorted({m for place in PLACES for m in place.kinds.values()})
