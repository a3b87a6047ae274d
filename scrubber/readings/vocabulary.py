"""Words that stay where no rule says what a value is, besides those that no log can do without.

Names of options, of the choices they offer and of what programs write into columns. None of them names anybody.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from scrubber.model import Entity, Finding

WORDS: Final = frozenset(
    # choices of options
    b" yes no on off auto never always none null nil true false both either neither all any some only once first"
    b" last next prev previous strict loose linear ringall rrmemory rrordered leastrecent fewestcalls random"
    b" wrandom roundrobin userpass md5 plain plaintext hashed crypt digest oauth google_oauth friend force asterisk"
    b" progress uncompressed compressed lowest highest desc asc ascending descending left right center top bottom"
    b" normal verbose quiet silent short full half empty slow fast low medium high maximum minimum average total"
    b" standard extended basic advanced simple complex native foreign internal external inside outside up down"
    b" front back north south outgoing incoming nonat compedia comedia inband outband shortinfo rfc4733 rfc2833"
    b" autoinfo allowed prohib allowed_not_screened allowed_passed_screen allowed_failed_screen prohib_not_screened"
    b" prohib_passed_screen prohib_failed_screen unavailable originate accept refuse uac uas uac_no_sdp invite_tcp"
    b" hmac tlsv1 tlsv1_1 tlsv1_2 tlsv1_3 sslv23 sslv2 sslv3 actpass active passive holdconn self custom dynamic"
    b" static manual automatic optional mandatory required forbidden"
    # sections and kinds of objects
    b" general global globals default defaults settings setting options option main zonemessages featuremap"
    b" applicationmap parkinglots authentication transport endpoint aor aors auth identify registration acl contact"
    b" domain_alias resource_list subscription_persistence inbound outbound system template templates menu bridge"
    b" profile profiles wizard phoneprov logfiles modules directories compat files sounds mappings account accounts"
    b" calls contacts shortcuts blf dialer proxy net network audio video rtp misc app codec nat policy info friends"
    b" local remote stdexten macro trunks trunk peers peer users extensions hints phones features outbound-"
    b" allroutes ivr queues queue agents agent rooms room parkedcalls did did-trunk incoming outgoing public"
    b" private guest from to in out ext internal external passwords passwd credentials logins"
    b" mysql pgsql odbc sqlite sqlite3 curl ldap res func cdr cel csv adaptive manager tds radius"
    # what Asterisk writes into its records (main/cdr.c, main/cel.c, apps/app_queue.c)
    b" answered busy failed congestion unknown documentation billing omit ignore voicemail no answer noanswer"
    b" cancel chan_start chan_end linkedid_end hangup app_start app_end park_start park_end bridge_enter"
    b" bridge_exit conf_enter conf_exit conf_start conf_end blindtransfer attendedtransfer pickup forward"
    b" user_defined local_optimize local_optimize_begin stream_begin stream_end dtmf bridge_start bridge_end"
    b" bridge_update abandon addmember removemember agentcallbacklogin agentcallbacklogoff agentdump agentlogin"
    b" agentlogoff completeagent completecaller configreload connect enterqueue exitempty exitwithkey"
    b" exitwithtimeout pause pauseall queuestart ringcanceled ringnoanswer sysscript syscompat transfer unpause"
    b" unpauseall penalty didcall"
    # what reason and warning texts say (RFC 3261 sections 20.43 and 21, ITU-T Q.850)
    b" understood incompatible insufficient multicast miscellaneous renegotiation elsewhere subsystem temporary"
    b" subscribed barred interworking unspecified unallocated assigned presently admitted prohibited bearer"
    b" capability authorized implemented format address nonexistent protocol rejected clearing"
    # products and bodies that user agents and licences name, and what letters begin and end with
    b" intel mac macintosh windows software foundation microsoft internet explorer firefox chrome safari gecko"
    b" mozilla webkit opera ubuntu fedora iphone ipad control hi dear regards sincerely thanks"
    b" kind mr mrs ms dr prof united kingdom states america federal republic hellman diffie licence license corporation"
    b" ltd inc gmbh wrote sunday monthly daily weekly swap space api kernel report ticket customer site"
    # what modules and dissectors call themselves and their fields
    b" a-law mulaw checksum codepoint differentiated services comma separated completion supplementary cryptographic"
    b" customizable digital signatures forwarder topic timing timerfd header mail comedian booted fully britain ireland"
    b" northern great initiation presentation extensible markup language operation no-operation subtype layout class"
    b" ethertype hypertext transfer extension pseudo terminal validation protocols resolved unsub practical"
    # applications of its dial plan
    b" dial hangup playback background wait waitexten noop set goto gotoif gosub gosubif return macro macroexit"
    b" voicemail voicemailmain confbridge meetme echo record monitor mixmonitor stopmixmonitor chanspy extenspy"
    b" directory disa read readexten saydigits sayalpha saynumber sayunixtime busy congestion ringing progress"
    b" answer musiconhold transfer parkandannounce parkedcall pickup pickupchan originate system trysystem agi"
    b" deadagi fastagi eagi stasis queue addqueuemember removequeuemember pausequeuemember unpausequeuemember"
    b" queuelog userevent celgenuserevent verbose log dumpchan execif execiftime exec tryexec while endwhile"
    b" continuewhile exitwhile resetcdr nocdr forkcdr privacymanager authenticate vmauthenticate senddtmf sendtext"
    b" sendimage sendurl sendfax receivefax dictate festival followme bridgewait appdial appdial2 appqueue outgoing"
    b" line externalivr retrydial channelredirect softhangup incomplete proceeding bridge morsecode milliwatt"
    b" talking talked rang parked minivmrecord flash chanisavail dbdel dbdeltree dahdiras"
    b" automon automixmon inuse fieldname acknowledgment nblocks"
    # words of the command line of Asterisk and of its prompts
    b" num restart ignorepat ael jb gracefully convenient intense span channeltypes channeltype command commands eventq"
    b" functions switches boost allocations chanvar devstate abort collection buddies digit letters thousands thousand"
    b" hundred million millions dash star tpl novm base enter pls email eastern pacific trunkgroups xmpp"
    # folders of systems, codecs
    b" usr share lib lib64 etc var opt bin sbin tmp srv run log spool sounds asterisk linphone freeswitch moh"
    b" vbr cbr dtx aal2 fmtp mime rate"
    # what scenarios of SIPp hold
    b" hdr dtd sipp crlf rtd rrs regexp ereg uac uas cdata startaudio stopaudio updateaudio startvideo stopvideo"
    b" updatevideo apattern bpattern vpattern"
    # keys and columns of sngrep and its like
    b" esc msgs pdd bpf addrs"
    # what dumps say about themselves
    b" mysql mariadb postgresql dump dumped dumping distrib structure database databases server host localhost"
    b" completed structures indexes stylesheet href xsl css"
    # families and settings in the database of Asterisk and FreePBX
    b" ampuser ampdevice cf cfb cfu cw dnd cc callwaiting callforward followme grplist grptime registry registrar iax"
    b" subscriptions pbx ringtimer outboundcid queuepersist recording cfim cftimeout noanswercid answermode concurrency"
    # what stands in dumps and exports of databases and in provisioning
    b" create table insert into values update delete select where and or not null primary unique key index"
    b" constraint foreign references check default current_timestamp autoincrement auto_increment engine innodb"
    b" myisam charset utf8 utf8mb4 latin1 collate collation int integer bigint smallint tinyint mediumint varchar"
    b" char text longtext mediumtext blob longblob datetime timestamp date time year float double decimal numeric"
    b" real boolean bool enum set bit unsigned public copy stdin begin transaction commit rollback lock unlock"
    b" tables drop if exists view trigger after before sip pjsip iax iax2 dahdi zap sccp skinny mgcp chan_pjsip"
    b" chan_sip chan_iax2 tech device devices deviceandusers adhoc fixed emergency route routes pattern patterns"
    b" prefix suffix prepend match position seq sequence module display enabled disabled enable disable active"
    b" inactive open closed locked unlocked visible hidden readonly rw ro kvstore alaw ulaw gsm g722 g726 g729 opus"
    b" speex ilbc siren7 siren14 slin h263 h264 vp8 vp9 pcmu pcma telephone event events wav wav49 mp3 ogg flac"
    b" stdout stderr lan wan utf-8 iso ascii xml json html http https ftp tftp tcp udp tls ws wss sctp ipv4"
    b" ipv6 level notice warning"
    b" warn error debug info verbose trace fax security en de fr es it pt nl pl ru ja zh ko sv da nb fi cs hu tr us"
    b" uk gb at ch ie au nz ca utc gmt cet cest est edt cst cdt mst mdt pst pdt bst ist jst binary unhex hex now"
    b" packets doc vm digits tz attach attachfmt envelope saycid sayduration review operator forcename"
    b" english deutsch francais nederlands italiano espanol portugues polski svenska dansk norsk suomi german french"
    b" spanish italian dutch polish portuguese swedish danish norwegian finnish czech greek turkish russian"
    # makers of machines, which name themselves with the form of their company
    b" dell lenovo hewlett packard supermicro vmware qemu amd realtek broadcom innotek oracle asus gigabyte fujitsu"
    b" yealink grandstream fanvil snom polycom gigaset panasonic audiocodes mitel avaya patton counterpath sangoma"
    b" digium siemens"
    # files of keys and their kinds
    b" pem crt cer der csr crl p12 pfx jwk jwks stir shaken rsa dsa ecdsa ed25519 chain bundle ca cert certs"
    b" certificate certificates private keys ast ama flags disallowed direct pickup"
    b" forcegreetings europe america asia africa monday tuesday wednesday thursday friday saturday".split()
)
"""In lower case."""
_SMALL: Final = re.compile(
    rb"[0-9]{1,3}|-[0-9]{1,4}|[0-9]{1,6}(?:%|ms|s|kb|kB|MB|GB|Hz|kHz)|[+-]?[0-9]{1,4}\.[0-9]{1,2}|0\.[0-9]{1,9}"
    rb"|[vV]?[0-9]{1,3}(?:\.[0-9]{1,3}){1,2}|[vV][0-9]{1,2}|F(?:[1-9]|1[0-2])|0x[0-9A-Fa-f]{1,8}|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
)
_CONSTANT: Final = re.compile(rb"[A-Z][A-Z0-9]{1,16}(?:_[A-Z0-9]{1,16}){2,8}")
"""``MEDIA_WEBSOCKET_CONNECTION_ID``."""
_GROUP: Final = re.compile(rb"(?:i?p?tg|tgrp|trk|trunk|trunkgroup|cust|customer|carrier|tenant|site|rg|sg|pg)_")
"""``TG_DOEWIDGETS_1``: groups of trunks are named after whom they lead to, in capitals like a constant."""
_COUNTED: Final = re.compile(rb"([A-Za-z]{2,16})[0-9]{1,2}")
"""``udp6``, ``account1``."""
_CAMEL: Final = re.compile(rb"[a-z]{2,16}(?:[A-Z][a-z]{1,16}){1,4}")
"""``callSetup``."""
_HUMP: Final = re.compile(rb"[A-Z]?[a-z]+")
_CHOICE: Final = re.compile(
    rb"[a-z]{1,32}(?:[-_/+.][a-z]{1,32}){0,8}|[A-Z]{1,32}(?:[-_/+.][A-Z]{1,32}){0,8}|[A-Z]{1,8}[0-9]{0,3}(?:[-_/.][A-Z]{0,8}[0-9]{0,3}){1,8}|[A-Z][a-z]{2}"
    rb"|(?:[a-z]{1,4}[-_]?[0-9]{1,3}|[0-9]{1,3}[a-z]{1,8}|[a-z]{5,12}[0-9])(?:[_.-](?:[a-z]{1,16}[0-9]?|[0-9]{1,4})){0,6}"
    rb"|[A-Z]{1,8}[-_.]?[0-9]{1,3}[a-z]?(?:[-_.][A-Z0-9]{1,8}){0,6}|[a-z]{2,3}[-_][A-Z]{2}"
    rb"|_{0,2}[a-z]{2,24}(?:_[a-z0-9]{1,24}){1,8}|x(?:25519|448)|secp[0-9]{3}[kr]1"
    rb"|(?:(?i:iso)-8859|windows-125)-?[0-9]{1,2}"
)
"""Enumerations, option tags, suites of ciphers, codecs, curves, languages, days and functions of programs."""
_HUMPED: Final = re.compile(rb"[A-Za-z][a-z0-9]{0,20}(?:\.?[A-Za-z][a-z0-9]{0,20}){1,24}")
_HUMPS: Final = re.compile(rb"[A-Z]{2,8}(?![a-z])|[A-Z]?[a-z]{1,20}")
"""``ChannelStateChange``, ``WebRTC``, ``switchvox.callLogs.search``."""
_LOWER: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")
_TOKEN = re.compile(rb"[0-9]{1,3}%?|(?i:true|false|yes|no|none|null|on|off|enabled|disabled)|[A-Z]{3,9}")
_WORD = re.compile(rb"[0-9A-Za-z\x80-\xff+%._@~-]+")


def is_plain(word: bytes, stop_words: Collection[bytes]) -> bool:
    """Whether a word is small, a number that measures, or one of protocols and programs, and so names nobody."""
    lowered = word.translate(_LOWER)
    if len(word) == 1 or lowered in WORDS or lowered in stop_words or _SMALL.fullmatch(word) is not None:
        return True
    if b"_" in word:
        return (_CONSTANT.fullmatch(word) is not None and _GROUP.match(lowered) is None) or all(
            piece in WORDS or piece in stop_words for piece in lowered.split(b"_") if piece
        )
    if _CAMEL.fullmatch(word) is not None:
        return all(part in WORDS or part in stop_words for part in map(bytes.lower, _HUMP.findall(word)))
    counted = _COUNTED.fullmatch(lowered)
    return counted is not None and (counted[1] in WORDS or counted[1] in stop_words)


def is_choice(word: bytes, stop_words: Collection[bytes]) -> bool:
    """Whether a word is one that the field of a protocol may hold, which names nobody there.

    It is plain, or written like the tokens that protocols choose from: in letters of one case, with few digits where
    codecs, suites of ciphers and methods have them, or as several words of which most are plain.
    """
    if is_plain(word, stop_words) or _CHOICE.fullmatch(word) is not None:
        return True
    if _HUMPED.fullmatch(word) is None:
        return False
    parts = _HUMPS.findall(word)
    return 2 * sum(is_plain(part, stop_words) for part in parts) > len(parts)


def unexplained(value: bytes, stop_words: frozenset[bytes], rule: str) -> list[Finding]:
    """The words of a value that no rule knows, but plain tokens of protocols."""
    return [
        Finding(*match.span(), Entity.NAME, rule)
        for match in _WORD.finditer(value)
        if not _TOKEN.fullmatch(match[0]) and not is_plain(match[0], stop_words)
    ]
