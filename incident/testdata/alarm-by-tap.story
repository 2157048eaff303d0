# "It's real: SEV1" on an alarm that is a SEV1 already takes it, confirms it and drafts words.
05:30 alert:ApiErrorsHigh declare {title: "API errors", severity: sev1, sign: {source: "alert:ApiErrorsHigh"}}
    declared phase: "triage", severity: "SEV1", sign: {"source":"alert:ApiErrorsHigh"}, since: "05:30", title: "API errors"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
05:40 drumbeat:timer askconfirmation
    confirmation-asked 
05:50 omar setseverity {severity: SEV1}
    phase from: "triage", to: "investigating"
    confirmed 
    promised audience: "public", due: "05:55", n: 1
    promised audience: "stakeholders", due: "06:20", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:20", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:20 UTC."
05:50 drumbeat:timer askconfirmation
    nothing
05:51 omar show promises
    1 public due 05:55 open
    2 stakeholders due 06:20 open
05:52 omar assign {role: commander, person: {handle: omar, name: Omar}}
    role person: Omar, role: "commander"
    acknowledged by: Omar, lapses: "06:02", n: 1
05:52 omar show pages
    1 rung 0 since 05:30, on it: Omar, nobody answered: false
