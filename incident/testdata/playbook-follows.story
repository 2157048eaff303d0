# A playbook that follows: what fits is in force at once, and says what changes.
05:30 omar declare {title: people cannot save, severity: sev2, playbook: {name: default, hash: d1}}
    declared by: Omar, phase: "investigating", severity: "SEV2", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "06:00", n: 1
    promised audience: "stakeholders", due: "06:30", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:30", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:30 UTC."
05:31 omar takeplaybook {fit: {playbook: {name: follower}}}
    playbook about: "For follower.", changes: ["Reminders of words: 2 min before (comms), when due (channel) and 10 min late (the commander); so far 5 min before (comms), when due (channel) and 10 min late (the commander)."], from: "default", how: "named", room: "channel"
    promise-dropped n: 1, why: "moved"
    promised audience: "public", due: "06:00", n: 3
    promise-dropped n: 2, why: "moved"
    promised audience: "stakeholders", due: "06:30", n: 4
05:32 omar setseverity {severity: sev1}
    severity from: "SEV2", to: "SEV1"
    confirmed 
    promise-dropped n: 3, why: "moved"
    promised audience: "public", due: "05:40", n: 5
    proposed audience: "public", kind: "first", n: 2, next: "05:55", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 05:55 UTC."
05:32 drumbeat:timer choose {fit: {playbook: {name: outage}}}
    playbook about: "For outage.", from: "follower", how: "followed", room: "channel"
05:32 omar show promises
    1 public due 06:00 dropped: moved
    2 stakeholders due 06:30 dropped: moved
    3 public due 06:00 dropped: moved
    4 stakeholders due 06:30 open
    5 public due 05:40 open
05:32 omar show playbook
    under "outage", offered "", declined [], left ["default"]

# What customers were promised keeps its time, under the new reminders.
05:35 priya approve {}
    approved n: 2
    promise-kept n: 4
    promise-kept n: 5
    promised audience: "public", due: "05:55", n: 6
    published n: 2, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:40 omar takeplaybook {fit: {playbook: {name: loud}}}
    playbook about: "For loud.", changes: ["Once they know, customers hear: every 30 min; so far every 20 min.","Reminders of words: 5 min before (comms), when due (channel) and 10 min late (the commander, by phone too); so far 2 min before (comms), when due (channel) and 10 min late (the commander, by phone too)."], from: "outage", how: "named", room: "channel"
    promise-dropped n: 6, why: "moved"
    promised audience: "public", due: "05:55", n: 7
05:40 omar show promises
    1 public due 06:00 dropped: moved
    2 stakeholders due 06:30 dropped: moved
    3 public due 06:00 dropped: moved
    4 stakeholders due 06:30 kept 05:35
    5 public due 05:40 kept 05:35
    6 public due 05:55 dropped: moved
    7 public due 05:55 open

# What the new one wakes is woken, once.
06:00 omar incident/43 declare {title: exports are slow, severity: sev3, playbook: {name: default, hash: d1}}
    declared by: Omar, phase: "investigating", severity: "SEV3", since: "06:00", title: "exports are slow"
06:01 omar incident/43 takeplaybook {fit: {playbook: {name: loud}}}
    playbook about: "For loud.", changes: ["The work moves to a channel of its own.","Woken: whoever is on call; so far nobody."], from: "default", how: "named", room: "thread"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m", why: "now under loud"
06:02 omar incident/43 takeplaybook {fit: {playbook: {name: outage}}}
    playbook about: "For outage.", changes: ["Woken: nobody; so far whoever is on call.","Reminders of words: 2 min before (comms), when due (channel) and 10 min late (the commander); so far 5 min before (comms), when due (channel) and 10 min late (the commander)."], from: "loud", how: "named", room: "channel"
06:03 omar incident/43 takeplaybook {fit: {playbook: {name: loud}}}
    playbook about: "For loud.", changes: ["The work moves to a channel of its own.","Woken: whoever is on call; so far nobody.","Reminders of words: 5 min before (comms), when due (channel) and 10 min late (the commander); so far 2 min before (comms), when due (channel) and 10 min late (the commander)."], from: "outage", how: "named", room: "thread"

# A machine's question without an answer decides nothing; after the end neither.
06:04 drumbeat:timer incident/43 choose {}
    nothing
06:05 omar incident/43 cancel {}
    phase from: "investigating", to: "cancelled"
06:06 omar incident/43 takeplaybook {fit: {playbook: {name: outage}}}
    refused: INC-43 is cancelled. Type “reopen” to go on with it.
