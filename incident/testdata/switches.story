# Modes and the hold on everything.
05:00 maya control/main setmode {far_end: twitter, mode: loud, known: {twitter: shadow}}
    refused: There is no mode "loud". Take off, shadow or live.
05:00 maya control/main setmode {far_end: x, mode: live, known: {twitter: shadow, email: "off"}}
    refused: There is no public far end "x". Configured are: email, twitter.
05:00 maya control/main setmode {far_end: x, mode: live}
    refused: There is no public far end "x". Configured are: none.
05:00 maya control/main setmode {far_end: twitter, mode: shadow, known: {twitter: shadow}}
    refused: twitter is shadow already: nothing to do.
05:00 maya control/main setmode {far_end: twitter, mode: live, known: {twitter: shadow}}
    mode far_end: "twitter", mode: "live", was: "shadow"
05:01 maya control/main releaseall
    refused: Not all words are on hold. “release” in an incident’s channel ends the hold of that one.
05:01 drumbeat:x control/main releaseall
    nothing
05:02 maya control/main holdall {why: legal}
    held why: "legal"
05:02 omar control/main holdall
    nothing
05:03 maya control/main show state
    {Seq:2 Modes:map[twitter:live] Held:true HeldBy:Maya HeldAt:2019-10-02 05:02:00 +0000 UTC Why:legal Restored:0001-01-01 00:00:00 +0000 UTC Away:{From:0001-01-01 00:00:00 +0000 UTC To:0001-01-01 00:00:00 +0000 UTC} Operator: Announce: Told:{At:0001-01-01 00:00:00 +0000 UTC To: Mark:}}
05:04 omar control/main releaseall {open: [main/incident/42, main/incident/43]}
    released open: ["incident/42","incident/43"]
      → main/incident/42: release {}
      → main/incident/43: release {}
05:05 drumbeat:courier control/main settle {result: gave-up, delivery: main/control/main/1/x, to: slack, action: dm, attempt: 1}
    gave-up action: "dm", attempt: 1, delivery: "control/main/1/x", to: "slack"
# Who hears of a switch: those who may let words go, else the channel for
# announcements; and the operator, unless it was he.
06:00 maya control/main setmode {far_end: twitter, mode: shadow, known: {twitter: live}, operator: {handle: zoe, slack: U0ZOE}, announce: C0ANN}
    mode announce: "C0ANN", far_end: "twitter", mode: "shadow", operator: {"handle":"zoe","slack":"U0ZOE"}, was: "live"
      → slack: dm mode moved map[at:2019-10-02 06:00:00 +0000 UTC far:twitter for:zoe mode:shadow was:live who:Maya]
      → slack: post mode moved map[at:2019-10-02 06:00:00 +0000 UTC far:twitter for: mode:shadow was:live who:Maya]
06:01 zoe control/main setmode {far_end: twitter, mode: live, known: {twitter: shadow}, operator: {handle: zoe, slack: U0ZOE}, approvers: [{handle: zoe, slack: U0ZOE}, {handle: priya, slack: U0PRIYA}, {handle: leo}], announce: C0ANN}
    mode announce: "C0ANN", approvers: [{"handle":"zoe","slack":"U0ZOE"},{"handle":"priya","slack":"U0PRIYA"},{"handle":"leo"}], far_end: "twitter", mode: "live", operator: {"handle":"zoe","slack":"U0ZOE"}, was: "shadow"
      → slack: dm mode moved map[at:2019-10-02 06:01:00 +0000 UTC far:twitter for:priya mode:live was:shadow who:Zoe]
06:02 omar control/main holdall {why: legal reads, operator: {handle: zoe, slack: U0ZOE}}
    held operator: {"handle":"zoe","slack":"U0ZOE"}, why: "legal reads"
      → slack: dm all words held map[who:Omar why:legal reads]
06:03 zoe control/main releaseall {operator: {handle: zoe, slack: U0ZOE}}
    released operator: {"handle":"zoe","slack":"U0ZOE"}
06:04 drumbeat:store control/main holdall {operator: {handle: zoe, slack: U0ZOE}}
    held operator: {"handle":"zoe","slack":"U0ZOE"}
      → slack: dm all words held map[who: why:]
06:05 omar control/main releaseall {operator: {handle: zoe, slack: U0ZOE}}
    released operator: {"handle":"zoe","slack":"U0ZOE"}
      → slack: dm all words released map[who:Omar]
# The operator by code: once; he may name the channel for announcements later.
06:10 maya control/main setoperator {person: {handle: maya, slack: U0MAYA, ways: [{to: slack, address: U0MAYA}]}}
    operator person: {"handle":"maya","slack":"U0MAYA"}
06:11 omar control/main setoperator {person: {handle: omar}}
    refused: maya is the operator already.
06:11 maya control/main setoperator {person: {handle: maya, slack: U0MAYA}}
    refused: maya is the operator already.
06:12 maya control/main setoperator {person: {handle: maya, slack: U0MAYA}, announce: C0ANN}
    operator announce: "C0ANN", person: {"handle":"maya","slack":"U0MAYA"}
06:13 maya control/main setoperator {person: {handle: maya, slack: U0MAYA}, announce: C0OTHER}
    refused: maya is the operator already.
# What he knows he is not told again: on the same day, or unless it changes.
06:20 drumbeat:server control/main tell {to: {handle: maya}, mark: a, started: true}
    nothing
06:20 drumbeat:server control/main tell {to: {handle: maya, slack: U0MAYA}, version: v1, mark: a, started: true, works: [Slack]}
    told mark: "a", started: true, to: {"handle":"maya","slack":"U0MAYA"}, version: "v1", works: ["Slack"]
      → slack: dm operator report map[ended:[] fails:[] held: modes: started:true unreachable:[] version:v1 warns:[] works:[Slack]]
06:21 drumbeat:server control/main tell {to: {handle: maya, slack: U0MAYA}, version: v1, mark: a, started: true, works: [Slack]}
    nothing
06:22 drumbeat:server control/main tell {to: {handle: maya, slack: U0MAYA}, version: v1, mark: b, findings: [{fails: true, what: X, text: "401"}, {what: disk, text: full}]}
    told findings: [{"fails":true,"what":"X","text":"401"},{"what":"disk","text":"full"}], mark: "b", to: {"handle":"maya","slack":"U0MAYA"}, version: "v1"
      → slack: dm operator report map[ended:[] fails:[{true X 401 }] held: modes: started:false unreachable:[] version:v1 warns:[{false disk full }] works:[]]
06:37 drumbeat:server control/main tell {to: {handle: maya, slack: U0MAYA}, version: v1, mark: b}
    nothing
06:38 drumbeat:server control/main tell {to: {handle: omar, slack: U0OMAR}, version: v1, mark: b}
    told mark: "b", to: {"handle":"omar","slack":"U0OMAR"}, version: "v1"
      → slack: dm operator report map[ended:[] fails:[] held: modes: started:false unreachable:[] version:v1 warns:[] works:[]]
