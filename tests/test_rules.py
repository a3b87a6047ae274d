from __future__ import annotations

import json
import pickle
import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber import engine, rules
from scrubber.commands.rules import verdicts
from scrubber.grammar import header
from scrubber.literals import required
from scrubber.model import Action, Entity, FormRule, LabelRule, RuleError, Span
from scrubber.pseudonyms.key import Key
from scrubber.rules import Entry

INVALID = Path(__file__).parent / "rules_invalid"
ENTRIES = rules.entries()
PROVED = [entry for entry in ENTRIES if rules.KINDS[entry.kind][1]]
TEXT = [entry for entry in ENTRIES if entry.kind == "text"]
SUPPORT = rules.load()
KEY = Key(bytes(range(32)))
PROFILES = ("support", "strict", "internal")


def scrubbed(text: bytes) -> bytes:
    return engine.scrub(text, SUPPORT, KEY)


def name_of(entry: Entry) -> str:
    return entry.id


def user_file(*lines: str) -> list[tuple[str, str]]:
    return [("mine.yaml", "\n".join(lines) + "\n")]


# ---------------------------------------------------------------- every built-in rule


@pytest.mark.parametrize("entry", PROVED, ids=name_of)
def test_examples_hold(entry: Entry) -> None:
    assert list(verdicts(entry, SUPPORT.actions, scrubbed)) == []


@pytest.mark.parametrize("entry", ENTRIES, ids=name_of)
def test_why_is_one_or_two_sentences(entry: Entry) -> None:
    assert entry.why[0].isupper()
    assert entry.why.endswith(".")
    assert len(entry.why) < 220


@pytest.mark.parametrize("entry", PROVED, ids=name_of)
def test_examples_hold_invented_values(entry: Entry) -> None:
    for text in (*(example.before for example in entry.examples), *entry.keeps):
        addresses = re.findall(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", text)
        allowed = ("192.0.2.", "198.51.100.", "203.0.113.", "0.0.0.0", "66.84.0.15", "16.0.40.2", "13.02.08.8")
        assert [address for address in addresses if not address.startswith(allowed)] == []
        assert not re.search(r"@(?!.*example)[a-z]+\.(?:com|net|org)", text)


def grow(pattern: re.Pattern[bytes], line: bytes) -> float:
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        for _match in pattern.finditer(line):
            pass
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("entry", TEXT, ids=name_of)
def test_pattern_is_linear_on_hostile_lines(entry: Entry) -> None:
    pattern = re.compile(entry.target.encode())
    before = entry.examples[0].before.encode()
    match = pattern.search(before)
    assert match is not None
    first = min(match.start(group) for group in pattern.groupindex if match[group])
    head = before[match.start() : first]
    pieces = (head or b"a", match[0][:-1], b"a", b" ", b"1.", b"'", b'"a" <', head + b"a" * 40)
    size = 1 << 14
    for piece in pieces:
        for line in (piece * (size // len(piece)), head + piece * (size // len(piece))):
            long = grow(pattern, line * 4)
            if long > 0.02:
                assert long < 12 * grow(pattern, line), piece


def test_patterns_do_not_wait_for_words_of_every_line() -> None:
    everywhere = set("a the is on for of to from in with sip msg call session channel state".split())
    waiting = [entry for entry in TEXT if everywhere.intersection(entry.words)]
    # A pattern with a literal of its own is looked for by that and not by its words.
    assert [entry.id for entry in waiting if not required(entry.target.encode())] == WAITING


WAITING = [
    "acrobits-caller",
    "asterisk-escaped-parameter",
    "kamailio-caller-behind",
    "wrapper-syslog-host-5424",
    "text-named-machine",
    "text-password-wrapped",
]
"""What these look for has no text of its own, and stands wherever a caller or a machine is told, or opens a line."""


# ---------------------------------------------------------------- completeness of the tables


COMPACT = """
a accept-contact · b referred-by · c content-type · d request-disposition · e content-encoding · f from · i call-id
j reject-contact · k supported · l content-length · m contact · n identity-info · o event · r refer-to · s subject
t to · u allow-events · v via · x session-expires · y identity
""".replace("·", "").split()


@pytest.mark.parametrize(("short", "full"), list(zip(COMPACT[::2], COMPACT[1::2], strict=True)))
def test_compact_form_is_read_like_the_full_name(short: str, full: str) -> None:
    assert SUPPORT.headers[short.encode()] == SUPPORT.headers[full.encode()]


REGISTERED = """
accept accept-contact accept-encoding accept-language accept-resource-priority additional-identity alert-info
alertmsg-error allow allow-events answer-mode attestation-info authentication-info authorization call-id call-info
cellular-network-info contact content-disposition content-encoding content-id content-language content-length
content-type cseq date dc-info encryption error-info event expires feature-caps flow-timer from geolocation
geolocation-error geolocation-routing hide history-info identity identity-info info-package in-reply-to join
max-breadth max-forwards mime-version min-expires min-se organization origination-id p-access-network-info
p-answer-state p-asserted-identity p-asserted-service p-associated-uri p-called-party-id p-charge-info
p-charging-function-addresses p-charging-vector p-dcs-billing-info p-dcs-laes p-dcs-osps p-dcs-redirect
p-dcs-trace-party-id p-early-media p-media-authorization p-preferred-identity p-preferred-service
p-private-network-indication p-profile-key p-refused-uri-list p-served-user p-user-database p-visited-network-id path
permission-missing policy-contact policy-id priority priority-share priority-verstat priv-answer-mode privacy
proxy-authenticate proxy-authentication-info proxy-authorization proxy-require rack reason reason-phrase record-route
recv-info refer-events-at refer-sub refer-to referred-by reject-contact relayed-charge replaces reply-to
request-disposition require resource-priority resource-share response-key response-source restoration-info retry-after
route rseq security-client security-server security-verify server service-interact-info service-route session-expires
session-id sip-etag sip-if-match subject subscription-state supported suppress-if-match target-dialog timestamp to
trigger-consent unsupported user-agent user-to-user via warning www-authenticate
remote-party-id diversion cisco-guid cisco-gucid x-asterisk-hangupcause x-asterisk-info x-clientcode x-fs-support
x-auth-ip x-accountcode x-cid x-real-ip x-forwarded-for p-hint x-sipis-push-status endpoint-view ms-diagnostics
ms-user-data ms-conversation-id p-rtp-stat x-rtp-stat rtp-rxstat rtp-txstat av-global-session-id
""".split()
"""The registry of SIP header fields, and the unregistered ones that are common."""


@pytest.mark.parametrize("name", REGISTERED)
def test_header_field_has_a_rule(name: str) -> None:
    assert name.encode() in SUPPORT.headers


@pytest.mark.parametrize(
    ("names", "form"),
    [
        ("p-dcs-laes p-media-authorization cookie set-cookie x-api-key response-key", "secret"),
        ("from to contact p-asserted-identity remote-party-id diversion history-info refer-to route path", "address"),
        ("call-id in-reply-to replaces join target-dialog", "call-id"),
        ("cseq max-forwards expires privacy session-expires allow supported content-type", "keep"),
        ("subject", "text"),
    ],
)
def test_form_of_header(names: str, form: str) -> None:
    assert {SUPPORT.headers[name.encode()].form for name in names.split()} == {form}


@pytest.mark.parametrize(
    ("labels", "entity"),
    [
        ("password secret md5secret remotesecret pin adminpin vmsecret dbpass pass", Entity.SECRET),
        ("oauthsecret refreshtoken apikey encryptionkey mansessionid turnpassword", Entity.SECRET),
        ("calleridnum connectedlinenum exten authuser accountcode cloudusername src dst dnid", Entity.USER),
        ("calleridname connectedlinename fullname displayname clidname", Entity.NAME),
        ("md5result expectedresponse a1hash", Entity.HASH),
        ("nonce cnonce challenge", Entity.NONCE),
        ("selector devicetoken imei pushtoken", Entity.DEVICE),
        ("latitude longitude postalcode", Entity.LOCATION),
        ("port transport codec status context duration authtype useragent qop", None),
    ],
)
def test_entity_of_label(labels: str, entity: Entity | None) -> None:
    assert {SUPPORT.labels[label.encode()].entity for label in labels.split()} == {entity}


@pytest.mark.parametrize(
    ("label", "entity"),
    [
        ("account1authpassword", Entity.SECRET),
        ("mohpassthrough", None),
        ("passertedidentity", None),
        ("pjhashighrestimer", None),
        ("endptallowtxhashinuri", None),
        ("loginhash", Entity.HASH),
        ("framenumber", None),
        ("acknowledgmentnumber", None),
        ("maxnumber", None),
        ("cardserialnumber", Entity.DEVICE),
        ("homephonenumber", Entity.USER),
        ("voicemailbox2", Entity.USER),
        ("sipserverport", None),
        ("provisioningserverurl2", Entity.URL),
        ("account1displayname2", Entity.NAME),
        ("iosdevicetokenvoip", Entity.DEVICE),
        ("linekey1value", Entity.USER),
    ],
)
def test_fragment_decides(label: str, entity: Entity | None) -> None:
    assert label.encode() not in SUPPORT.labels
    assert next(rule for part, rule in SUPPORT.fragments if part in label.encode()).entity is entity


def test_every_fragment_can_be_reached() -> None:
    parts = [part for part, _ in SUPPORT.fragments]
    hidden = [part for place, part in enumerate(parts) if any(other in part for other in parts[:place])]
    assert hidden == []


def test_sdp_lines_have_rules() -> None:
    assert {bytes([letter]) for letter in b"vosiuepcbtrzkm"} <= SUPPORT.sdp.keys()
    assert {b"crypto", b"candidate", b"fingerprint", b"ice-ufrag", b"ice-pwd", b"rtpmap"} <= SUPPORT.sdp.keys()


def test_people_are_no_stop_words() -> None:
    names = b"alice bob mark may will bill grant max jan june april rose frank jack long page park homer young king sue"
    assert SUPPORT.stop_words.isdisjoint(names.split())
    assert all(word == word.lower() and word.strip() for word in SUPPORT.stop_words)
    assert {b"identify", b"template", b"station", b"xmpp", b"trunk", b"noanswer"} <= SUPPORT.stop_words
    assert {b"asterisk", b"invite", b"from-internal", b"anonymous", b"registered", b"default"} <= SUPPORT.stop_words


def test_namesakes_are_stop_words_that_somebody_is_called() -> None:
    assert {b"sofia", b"fritz", b"vega"} <= SUPPORT.stop_words - SUPPORT.nobody
    assert SUPPORT.nobody < SUPPORT.stop_words


def test_kept_hosts_are_hosts() -> None:
    assert all(re.fullmatch(rb"[a-z0-9.-]+", host) for host in SUPPORT.kept_hosts)
    assert b"localhost" in SUPPORT.kept_hosts


# ---------------------------------------------------------------- profiles


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_names_every_entity(profile: str) -> None:
    loaded = rules.load(profile)
    assert set(loaded.actions) == set(Entity)
    assert loaded.profile == profile
    assert {loaded.actions[entity] for entity in (Entity.SECRET, Entity.CARD)} == {Action.REDACT}


def test_profiles_differ_where_they_say() -> None:
    assert rules.load("strict").options == {"shift-time", "per-file", "hide-length", "suppress-unknown"}
    assert rules.load("strict").actions[Entity.TIME] is Action.SHIFT
    assert rules.load("internal").actions[Entity.IPV4] is Action.KEEP
    assert SUPPORT.options == frozenset()
    assert SUPPORT.actions[Entity.TIME] is Action.KEEP


def test_unknown_profile_is_an_error() -> None:
    with pytest.raises(RuleError, match="there is no profile 'lax'; known: internal, strict, support"):
        rules.load("lax")


# ---------------------------------------------------------------- files of the user


LABEL = """
labels:
  - id: my-badge
    names: badge-no
    entity: device
    why: Our own.
    examples:
      - {before: 'badge-no = 4711', after: 'badge-no = {device}'}
""".splitlines()


def test_example_of_the_guide_is_right() -> None:
    guide = (rules.folder() / "README.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    entry = next(entry for entry in rules.entries([("guide.yaml", text)]) if entry.origin)
    loaded = rules.load(extra=[("guide.yaml", text)])
    assert list(verdicts(entry, loaded.actions, lambda line: engine.scrub(line, loaded, KEY))) == []
    assert {f"`{kind}`" for kind in rules.KINDS} <= set(re.findall(r"`[a-z-]+`", guide))


def test_user_file_adds() -> None:
    loaded = rules.load(extra=user_file(*LABEL))
    assert loaded.labels[b"badgeno"] == LabelRule("my-badge", Entity.DEVICE)
    assert b"badgeno" not in SUPPORT.labels


def test_user_file_takes_a_name_over() -> None:
    loaded = rules.load(extra=user_file(*(line.replace("badge-no", "Display_Name") for line in LABEL)))
    assert loaded.labels[b"displayname"] == LabelRule("my-badge", Entity.DEVICE)
    assert loaded.labels[b"fullname"] == SUPPORT.labels[b"fullname"]


def test_user_file_overrides_by_id() -> None:
    text = ("headers:", "- {id: sip-text, names: [Subject], form: keep, why: Ours., keeps: ['Subject: x']}")
    loaded = rules.load(extra=user_file(*text))
    assert loaded.headers[b"subject"] == FormRule("sip-text", "keep")
    assert b"comments" not in loaded.headers


def test_later_file_overrides_earlier() -> None:
    first = user_file(*LABEL)
    second = user_file(*(line.replace("device", "mac") for line in LABEL))
    assert rules.load(extra=first + second).labels[b"badgeno"].entity is Entity.MAC


def test_fragment_of_user_comes_first() -> None:
    text = ("fragments:", "- {id: mine, contains: word, entity: keep, why: Ours., keeps: ['myword = 1']}")
    assert rules.load(extra=user_file(*text)).fragments[0] == (b"word", LabelRule("mine", None))


def test_profile_of_user_says_what_differs() -> None:
    text = ("profile:", "  id: support", "  why: Ours.", "  options: [per-file]", "  actions: {host: keep}")
    loaded = rules.load(extra=user_file(*text))
    assert loaded.actions[Entity.HOST] is Action.KEEP
    assert loaded.actions[Entity.USER] is Action.PSEUDONYM
    assert loaded.options == {"per-file"}


def test_scalars_are_texts() -> None:
    text = ("stop-words:", "- {id: mine, words: [0012345, on, 12:30:45, ~], why: Untyped.}")
    assert {b"0012345", b"on", b"12:30:45", b"~"} <= rules.load(extra=user_file(*text)).stop_words


def test_size_is_limited() -> None:
    with pytest.raises(RuleError, match="larger than"):
        rules.load(extra=[("big.yaml", "#" * (rules.LARGEST + 1))])


@pytest.mark.parametrize("deep", ["[" * 5000, "{a: " * 5000])
def test_depth_is_limited(deep: str) -> None:
    with pytest.raises(RuleError, match=r"nested too deep|no YAML"):
        rules.load(extra=[("deep.yaml", "headers: " + deep)])


@given(st.text(max_size=300))
def test_any_text_loads_or_is_a_rule_error(text: str) -> None:
    with suppress(RuleError):
        rules.entries([("any.yaml", text)])


# ---------------------------------------------------------------- mistakes

MISTAKES = {
    "action_does_not_fit": ":2: rule 'mine': 'secret' cannot be 'pseudonym'; known: keep, redact, suppress",
    "action_unknown": ":2: rule 'mine': 'user' cannot be 'mask'; known: generalize, keep,",
    "alias": ":2: anchors, aliases and tags are not read",
    "alias_bomb": ":1: anchors, aliases and tags are not read",
    "braces_in_after": ":2: rule 'one': example 1: a brace in 'after' is neither {entity} of a known entity nor {{",
    "entity_unknown": ":2: rule 'one': 'entity' cannot be 'person'; known: keep,",
    "example_has_no_keyword": ":2: rule 'one': example 1 holds no keyword as a whole word",
    "example_is_no_pair": ":2: rule 'one': 'after' is missing",
    "example_replaces_nothing": ":2: rule 'one': example 1 replaces nothing; what stays belongs under 'keeps'",
    "examples_missing": ":2: rule 'one': a rule needs 'examples'",
    "form_unknown": ":2: rule 'one': 'form' cannot be 'adress'; known: access-network, address,",
    "group_is_no_entity": ":2: rule 'one': the group 'person' is no entity; known: branch,",
    "group_without_example": ":2: rule 'one': no example shows the group 'host'",
    "id_missing": ":2: 'id' is missing",
    "id_not_kebab": ":2: rule 'X_One': 'id' is not lower-case words joined by -: 'X_One'",
    "id_of_another_kind": ":2: rule 'text-tag': the id is taken by a rule of the kind 'text'",
    "id_twice": ":7: rule 'one': the id is used twice, also at id_twice.yaml:2",
    "keeps_is_matched": ":2: rule 'one': the pattern matches its own 'keeps' text 1",
    "keeps_missing": ":2: rule 'one': a rule needs 'keeps'",
    "key_twice": ":5: the key 'form' stands twice",
    "key_unknown": ":2: rule 'one': unknown key 'wy'; known: id, names, form, why, examples, keeps",
    "keyword_with_capital": ":2: rule 'one': 'keywords' is not a lower-case word of two letters or more: 'Peer'",
    "kind_unknown": ":1: unknown key 'header'; known: headers, sdp, labels,",
    "list_expected": ":1: 'headers' is of the type object, not array",
    "name_twice": ":8: rule 'two': 'AuthUserX' stands in the rule 'one' already",
    "no_mapping": ": a rule file is one mapping with some of the keys headers, sdp,",
    "no_yaml": ":3: this is no YAML: ",
    "option_unknown": ":2: rule 'support': 'options' cannot be 'fast'; known: hide-length,",
    "pattern_broken": ":2: rule 'one': the pattern is no regular expression: missing )",
    "pattern_empty_match": ":2: rule 'one': the pattern matches the empty text",
    "pattern_misses_example": ":2: rule 'one': example 1: 'after' has no placeholder where the group 'user' matches",
    "pattern_nested_repeat": ":2: rule 'one': the pattern repeats what repeats: that may take very long",
    "pattern_without_bound": ":2: rule 'one': the pattern repeats without a bound; write {0,4096} or less",
    "pattern_without_group": ":2: rule 'one': the pattern has no named group: nothing would be replaced",
    "profile_incomplete": ":2: rule 'mine': the profile says nothing of branch,",
    "tag": ":2: anchors, aliases and tags are not read",
    "text_expected": ":2: rule 'one': 'form' is of the type array, not string",
    "two_documents": ": a rule file is one mapping with some of the keys headers, sdp,",
    "why_missing": ":2: rule 'one': 'why' is missing",
}


@pytest.mark.parametrize("path", sorted(INVALID.iterdir()), ids=lambda path: path.stem)
def test_mistake_is_named(path: Path) -> None:
    profile = "mine" if path.stem == "profile_incomplete" else "support"
    with pytest.raises(RuleError) as caught:
        rules.load(profile, [(path.name, path.read_text(encoding="utf-8"))])
    assert str(caught.value).startswith(path.name + MISTAKES[path.stem])


def test_every_mistake_has_a_file() -> None:
    assert {path.stem for path in INVALID.iterdir()} == MISTAKES.keys()


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_may_be_derived_from_a_secret(profile: str) -> None:
    text = ("profile:", f"  id: {profile}", "  why: No.", "  actions: {secret: pseudonym}")
    with pytest.raises(RuleError, match="'secret' cannot be 'pseudonym'"):
        rules.load(profile, user_file(*text))


# ---------------------------------------------------------------- the rule set


def test_digest_is_that_of_the_texts() -> None:
    assert rules.load("strict").digest == SUPPORT.digest
    one = rules.load(extra=user_file(*LABEL)).digest
    assert one != SUPPORT.digest
    assert rules.load(extra=[("other.yaml", "\r\n".join(LABEL) + "\r\n")]).digest == one
    assert rules.load(extra=user_file(*LABEL, "# more")).digest != one


def test_patterns_are_compiled_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(re, "compile", compiled.append)
        loaded = rules.load()
    assert compiled == []
    rule = next(rule for rule in loaded.text if rule.id == "asterisk-user-entered")
    match = rule.pattern.search(b"User entered '4321'")
    assert match is not None
    assert [(match[group], entity) for group, entity in rule.groups] == [(b"4321", Entity.DTMF)]


def test_rule_set_reaches_another_process() -> None:
    copy = pickle.loads(pickle.dumps(SUPPORT))
    assert copy == SUPPORT
    assert copy.text[0].pattern.pattern == SUPPORT.text[0].pattern.pattern


def test_schema_lists_what_the_program_knows() -> None:
    shapes = json.loads(rules.schema())["$defs"]
    assert set(shapes["form"]["enum"]) == set(header.FORMS)
    assert set(shapes["sdp-form"]["enum"]) == {*header.FORMS, "sdp"}
    assert set(shapes["entity-or-keep"]["enum"]) == {*Entity, "keep", "measure"}
    assert set(shapes["actions"]["properties"]) == set(Entity)
    names = {reference["$ref"].rpartition("/")[2] for reference in shapes["actions"]["properties"].values()}
    assert {action for name in names for action in shapes[name]["enum"]} == set(Action)
    assert set(json.loads(rules.schema())["properties"]) == set(rules.KINDS)


@pytest.mark.parametrize(
    ("after", "text", "found"),
    [
        ("a {user} b", b"a xy b", [(Span(2, 4), "user")]),
        ("{{{user}}", b"{x}", [(Span(1, 2), "user")]),
        ("{user}@{host}", b"a@b", [(Span(0, 1), "user"), (Span(2, 3), "host")]),
        ("a {user} b", b"a  b", None),
        ("a {user} b", b"a xy c", None),
        ("line\n{call-id}", b"line\n1", [(Span(5, 6), "call-id")]),
    ],
)
def test_placeholders(after: str, text: bytes, found: list[tuple[Span, str]] | None) -> None:
    assert rules.values(after, text) == found


def test_group_names() -> None:
    assert [rules.entity_of(group) for group in ("user", "call_id", "user_2", "ipv4", "ipv4_3")] == [
        *("user", "call-id", "user", "ipv4", "ipv4")
    ]


def test_verdicts_tell_what_is_wrong() -> None:
    entry = next(entry for entry in ENTRIES if entry.id == "label-mac")
    assert list(verdicts(entry, SUPPORT.actions, lambda text: text)) == ["example 1: a value of mac stays"]
    assert next(verdicts(entry, SUPPORT.actions, lambda text: text[1:])).startswith("example 1: became ac = ")
    kept = next(entry for entry in ENTRIES if entry.id == "sip-protocol")
    assert next(verdicts(kept, SUPPORT.actions, bytes.upper)).startswith("keeps 1: became CSEQ")


def test_verdicts_check_the_pattern() -> None:
    path = INVALID / "keeps_is_matched.yaml"
    (entry,) = rules._parsed(1, path.name, path.read_text(encoding="utf-8"))
    found = list(verdicts(entry, SUPPORT.actions, scrubbed))
    assert found[0] == "the pattern matches its own 'keeps' text 1"
