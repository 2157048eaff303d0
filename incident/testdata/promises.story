# Reminders climb, a promise is missed, words come late; the next one is kept by a "nothing new".
05:30 kim declare {title: "people cannot save", severity: sev1}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:00", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:00", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
05:40 drumbeat:timer remind {n: 1, rung: 0}
    reminded due: "05:45", n: 1, rung: 0, who: "comms"
05:44 drumbeat:timer remind {n: 1, rung: 1}
    nothing
05:45 drumbeat:timer remind {n: 1, rung: 1}
    promise-missed n: 1
    reminded due: "05:45", n: 1, rung: 1, who: "channel"
05:55 drumbeat:timer remind {n: 1, rung: 2}
    reminded due: "05:45", n: 1, rung: 2, who: "commander"
05:56 omar approve
    approved n: 1
    promise-kept late: true, n: 1
    promise-kept n: 2
    promised audience: "public", due: "06:00", n: 3
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:57 omar show promises
    1 public due 05:45 missed kept 05:56
    2 stakeholders due 06:00 kept 05:56
    3 public due 06:00 open
05:58 drumbeat:timer remind {n: 1, rung: 2}
    nothing

# No nagging while somebody's words wait; but when it is due.
05:58 kim propose {audience: public, kind: no-news, text: "We are still working on it."}
    proposed audience: "public", author: "kim", author_name: "Kim", kind: "no-news", n: 2, next: "06:30", phase: "investigating", severity: "SEV1", text: "We are still working on it. Next update by 06:30 UTC."
05:59 drumbeat:timer remind {n: 3, rung: 0}
    nothing
06:00 drumbeat:timer remind {n: 3, rung: 1}
    promise-missed n: 3
    reminded due: "06:00", n: 3, rung: 1, who: "channel"
06:05 omar approve
    approved n: 2
    promise-kept late: true, n: 3
    promised audience: "public", due: "06:30", n: 4
    published n: 2, targets: [{"name":"page","state":"sent"}]

# What customers were told is never moved.
06:32 kim setseverity {severity: sev2}
    severity from: "SEV1", to: "SEV2"
06:33 kim setphase {to: monitoring}
    phase from: "investigating", to: "monitoring"
06:33 kim setseverity {severity: sev3, sure: true}
    severity from: "SEV2", to: "SEV3"
06:34 kim show promises
    1 public due 05:45 missed kept 05:56
    2 stakeholders due 06:00 kept 05:56
    3 public due 06:00 missed kept 06:05
    4 public due 06:30 open
