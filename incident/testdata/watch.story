# The commander is looked after: asked after twenty minutes, and five later the next one is offered command.
05:30 alert:ApiErrors declare {title: "API errors", severity: sev1, sign: {source: "alert:ApiErrors", text: "API errors", at: 2019-10-02T05:30:00Z}}
    declared phase: "triage", severity: "SEV1", sign: {"source":"alert:ApiErrors","text":"API errors","at":"05:30"}, since: "05:30", title: "API errors"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
05:31 maya ack
    acknowledged by: Maya, lapses: "05:41", n: 1
    role person: Maya, role: "commander"
    phase from: "triage", to: "investigating"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:05", n: 2
05:45 drumbeat:timer checklead
    lead-checked by: Maya, found: "seen", since: "05:31", until: "05:51"
05:51 drumbeat:timer checklead
    lead-checked by: Maya, found: "asked", since: "05:31", until: "05:56"
05:55 drumbeat:timer checklead
    nothing
05:56 drumbeat:timer checklead
    lead-checked by: Maya, found: "offered", since: "05:31", to: Omar, until: "06:01"
05:57 drumbeat:timer checklead
    nothing
06:01 drumbeat:timer checklead
    lead-checked by: Maya, found: "offered", since: "05:31", to: Priya, until: "06:06"
06:06 drumbeat:timer checklead
    lead-checked by: Maya, found: "offered", since: "05:31"
06:11 drumbeat:timer checklead
    nothing
06:12 maya alive
    alive 
06:20 drumbeat:timer checklead
    lead-checked by: Maya, found: "seen", since: "06:12", until: "06:32"
06:32 drumbeat:timer checklead
    lead-checked by: Maya, found: "asked", since: "06:12", until: "06:37"
06:33 omar assign {role: commander, person: {handle: omar, name: Omar}}
    role person: Omar, previous: Maya, role: "commander"
06:40 drumbeat:timer checklead
    lead-checked by: Omar, found: "seen", since: "06:33", until: "06:53"
06:53 drumbeat:timer checklead
    lead-checked by: Omar, found: "asked", since: "06:33", until: "06:58"
06:58 drumbeat:timer checklead
    lead-checked by: Omar, found: "offered", since: "06:33", to: Maya, until: "07:03"
07:00 omar setseverity {severity: sev3}
    severity from: "SEV1", to: "SEV3"
    promise-dropped n: 1, why: "severity SEV3"
    promise-dropped n: 2, why: "severity SEV3"
07:40 drumbeat:timer checklead
    nothing
07:41 omar setseverity {severity: sev1}
    severity from: "SEV3", to: "SEV1"
    confirmed 
    promised audience: "public", due: "07:46", n: 3
    promised audience: "stakeholders", due: "08:15", n: 4
    proposed audience: "public", kind: "first", n: 1, next: "08:15", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 08:15 UTC."
