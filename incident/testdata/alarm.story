# An alert begins an incident in triage: one is paged, and nothing else happens.
05:30 alert:ApiErrorsHigh declare {title: "API errors 14%", severity: sev1, since: 2019-10-02T05:30:00Z, sign: {source: "alert:ApiErrorsHigh", text: "14 % errors"}}
    declared phase: "triage", severity: "SEV1", sign: {"source":"alert:ApiErrorsHigh","text":"14 % errors"}, since: "05:30", title: "API errors 14%"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
05:30 drumbeat:timer show promises
05:31 maya show card
    {"number":"INC-42","title":"API errors 14%","severity":"SEV1","phase":"triage","since":"2019-10-02T05:30:00Z"}

# A customer reports it: two independent signs are a confirmation, and a promise, even with nobody awake.
05:33 sam add {sign: {source: customers, text: "won't load", count: 3}}
    signed sign: {"source":"customers","text":"won't load","count":3}
    confirmed by: "two signs"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:05", n: 2
05:33 sam show promises
    1 public due 05:45 open
    2 stakeholders due 06:05 open

# Somebody takes it.
05:38 omar ack
    acknowledged by: Omar, lapses: "05:48", n: 1
    role person: Omar, role: "commander"
    phase from: "triage", to: "investigating"
    proposed audience: "public", kind: "first", n: 1, next: "06:10", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:10 UTC."
05:38 omar ack
    alive 
05:39 omar setseverity {severity: sev1}
    nothing
05:39 omar show incident
    INC-42 SEV1 investigating since 05:30, led by Omar, problems 0

# Raised to more than it woke for, and two who disagree within a minute.
05:40 omar setseverity {severity: sev3, why: only one customer}
    severity from: "SEV1", to: "SEV3", why: "only one customer"
    promise-dropped n: 1, why: "severity SEV3"
    promise-dropped n: 2, why: "severity SEV3"
05:40:20 sam setseverity {severity: sev1}
    refused: Omar set SEV3 20 s ago; you said SEV1. To insist: “severity sev1 sure”.
05:40:30 omar setseverity {severity: sev2}
    severity from: "SEV3", to: "SEV2"
    promised audience: "public", due: "06:00", n: 3
    promised audience: "stakeholders", due: "06:45", n: 4
    proposed audience: "public", kind: "first", n: 2, next: "06:45", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:45 UTC."
05:40:40 sam setseverity {severity: sev1, sure: true}
    severity from: "SEV2", to: "SEV1"
    promise-dropped n: 3, why: "moved"
    promised audience: "public", due: "05:45:40Z", n: 5
    proposed audience: "public", kind: "first", n: 3, next: "06:15", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:15 UTC."
05:40:50 omar setseverity {severity: sev9}
    refused: There is no severity SEV9. Take one of SEV1, SEV2, SEV3.
05:42 omar show promises
    1 public due 05:45 dropped: severity SEV3
    2 stakeholders due 06:05 dropped: severity SEV3
    3 public due 06:00 dropped: moved
    4 stakeholders due 06:45 open
    5 public due 05:45 open
05:42 omar show updates
    1 public first replaced "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:10 UTC."
    2 public first replaced "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:45 UTC."
    3 public first proposed "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:15 UTC."
