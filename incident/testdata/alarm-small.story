# A SEV3 alarm wakes nobody; raised in triage, it does.
05:30 alert:DiskSlow declare {title: "disk slow", severity: sev3, sign: {source: "alert:DiskSlow"}}
    declared phase: "triage", severity: "SEV3", sign: {"source":"alert:DiskSlow"}, since: "05:30", title: "disk slow"
05:31 kim setseverity {severity: sev2, why: exports hang}
    severity from: "SEV3", to: "SEV2", why: "exports hang"
    phase from: "triage", to: "investigating"
    confirmed 
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m", why: "now SEV2"
    promised audience: "public", due: "06:00", n: 1
    promised audience: "stakeholders", due: "06:35", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:35", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:35 UTC."
05:32 kim show promises
    1 public due 06:00 open
    2 stakeholders due 06:35 open

# Lowered, nothing is owed any more.
05:40 kim setseverity {severity: sev3}
    severity from: "SEV2", to: "SEV3"
    promise-dropped n: 1, why: "severity SEV3"
    promise-dropped n: 2, why: "severity SEV3"
05:41 kim show promises
    1 public due 06:00 dropped: severity SEV3
    2 stakeholders due 06:35 dropped: severity SEV3
05:41 kim confirm
    nothing
