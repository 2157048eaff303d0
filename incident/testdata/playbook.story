# Another playbook fits better after the severity changed. It is offered, with
# what changes; until somebody agrees, nothing does.
05:30 omar declare {title: people cannot save, severity: sev2, playbook: {name: default, hash: d1}}
    declared by: Omar, phase: "investigating", severity: "SEV2", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "06:00", n: 1
    promised audience: "stakeholders", due: "06:30", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:30", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:30 UTC."
05:33 omar assign {role: commander, person: {handle: omar, name: Omar}}
    role person: Omar, role: "commander"
    acknowledged by: Omar, lapses: "05:53", n: 1
05:34 omar setseverity {severity: sev1}
    severity from: "SEV2", to: "SEV1"
    confirmed 
    promise-dropped n: 1, why: "moved"
    promised audience: "public", due: "05:45", n: 3
    proposed audience: "public", kind: "first", n: 2, next: "06:05", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:05 UTC."
05:34 drumbeat:timer choose {fit: {playbook: {name: outage}}}
    playbook-offered about: "For outage.", changes: ["First words to customers: within 10 min; so far within 15 min.","Once they know, customers hear: every 20 min; so far every 30 min.","Reminders of words: 2 min before (comms), when due (channel) and 10 min late (the commander, by phone too); so far 5 min before (comms), when due (channel) and 10 min late (the commander, by phone too)."]
05:34 omar show playbook
    under "default", offered "outage", declined [], left []
05:34 omar show promises
    1 public due 06:00 dropped: moved
    2 stakeholders due 06:30 open
    3 public due 05:45 open

# The same once more is no second offer.
05:35 drumbeat:timer choose {fit: {playbook: {name: outage}}}
    nothing

# Only who leads agrees, and to what he was shown.
05:36 priya takeplaybook {hash: outageoutage}
    refused: Omar leads INC-42 and decides on its playbook. “lead” takes over command.
05:36 omar takeplaybook {hash: older}
    refused: This is out of date: “playbook” shows what INC-42 is under, and what fits.
05:36 omar takeplaybook {hash: outageoutage}
    playbook about: "For outage.", changes: ["First words to customers: within 10 min; so far within 15 min.","Once they know, customers hear: every 20 min; so far every 30 min.","Reminders of words: 2 min before (comms), when due (channel) and 10 min late (the commander, by phone too); so far 5 min before (comms), when due (channel) and 10 min late (the commander, by phone too)."], from: "default", how: "agreed", room: "channel"
    promise-dropped n: 3, why: "moved"
    promised audience: "public", due: "05:41", n: 4
    promise-dropped n: 2, why: "moved"
    promised audience: "stakeholders", due: "06:30", n: 5
    proposed audience: "public", kind: "first", n: 3, next: "06:00", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
05:36 omar show playbook
    under "outage", offered "", declined [], left []
05:36 omar show promises
    1 public due 06:00 dropped: moved
    2 stakeholders due 06:30 dropped: moved
    3 public due 05:45 dropped: moved
    4 public due 05:41 open
    5 stakeholders due 06:30 open

# Lowered again: the first one fits again, and is offered.
05:40 omar setseverity {severity: sev2}
    severity from: "SEV1", to: "SEV2"
    promise-dropped n: 4, why: "moved"
    promised audience: "public", due: "06:00", n: 6
    proposed audience: "public", kind: "first", n: 4, next: "06:40", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:40 UTC."
05:40 drumbeat:timer choose {fit: {playbook: {name: default}}}
    playbook-offered about: "For default.", changes: ["Reminders of words: 5 min before (comms), when due (channel) and 10 min late (the commander); so far 2 min before (comms), when due (channel) and 10 min late (the commander)."]
05:41 omar takeplaybook {hash: defaultdefault, stay: true}
    playbook-stayed hash: "defaultdefault", name: "default"
05:41 omar show playbook
    under "outage", offered "", declined ["default"], left []

# Staying is remembered: default is not offered again, another one is.
05:42 omar setseverity {severity: sev3}
    severity from: "SEV2", to: "SEV3"
    promise-dropped n: 5, why: "severity SEV3"
    promise-dropped n: 6, why: "severity SEV3"
05:42 drumbeat:timer choose {fit: {playbook: {name: default}}}
    playbook-offered about: "For default.", changes: ["Reminders of words: 5 min before (comms), when due (channel) and 10 min late (the commander); so far 2 min before (comms), when due (channel) and 10 min late (the commander)."]
05:43 omar setseverity {severity: sev1}
    severity from: "SEV3", to: "SEV1"
    promised audience: "public", due: "05:48", n: 7
    promised audience: "stakeholders", due: "06:15", n: 8
    proposed audience: "public", kind: "first", n: 5, next: "06:05", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:05 UTC."
05:43 drumbeat:timer choose {fit: {playbook: {name: security}}}
    playbook-stayed hash: "defaultdefault", name: "default", outdated: true
    playbook-offered about: "For security.", changes: ["First words to customers: only when somebody writes them; so far within 10 min.","Stakeholders hear, while customers do not: only when somebody writes; so far every 30 min.","Once they know, customers hear: every 30 min; so far every 20 min.","Reminders of words: 5 min before (comms), when due (channel) and 10 min late (the commander, by phone too); so far 2 min before (comms), when due (channel) and 10 min late (the commander, by phone too).","New duty of legal: notice to the authority, within 72 h."]

# An offer that fits no more ends by itself, and is not declined by that.
05:44 drumbeat:timer choose {fit: {playbook: {name: outage}}}
    playbook-stayed hash: "securitysecurity", name: "security", outdated: true
05:44 omar show playbook
    under "outage", offered "", declined [], left []
05:44 omar takeplaybook {hash: securitysecurity}
    refused: This is out of date: “playbook” shows what INC-42 is under, and what fits.

# By name: whoever leads takes any that knows the severity. What it was under
# before is not offered again.
05:45 omar takeplaybook {fit: {playbook: {name: foreign}}}
    refused: foreign has no severity SEV1, so nothing was changed.
05:45 omar takeplaybook {fit: {playbook: {name: security}}}
    playbook about: "For security.", changes: ["First words to customers: only when somebody writes them; so far within 10 min.","Stakeholders hear, while customers do not: only when somebody writes; so far every 30 min.","Once they know, customers hear: every 30 min; so far every 20 min.","Reminders of words: 5 min before (comms), when due (channel) and 10 min late (the commander, by phone too); so far 2 min before (comms), when due (channel) and 10 min late (the commander, by phone too).","New duty of legal: notice to the authority, within 72 h."], from: "outage", how: "named", room: "channel"
    promise-dropped n: 7, why: "severity SEV1"
    promise-dropped n: 8, why: "severity SEV1"
    proposed audience: "public", kind: "first", n: 6, next: "06:15", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:15 UTC."
05:46 drumbeat:timer choose {fit: {playbook: {name: outage}}}
    nothing
05:46 omar show playbook
    under "security", offered "", declined [], left ["outage"]
