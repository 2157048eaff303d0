# Quiet for half an hour while a fix is watched: the end is offered, to people alone. A later sign begins the time anew.
05:30 alert:ApiErrorsHigh declare {title: "API errors 14%", severity: sev1, sign: {source: "alert:ApiErrorsHigh", text: "14 % errors"}}
    declared phase: "triage", severity: "SEV1", sign: {"source":"alert:ApiErrorsHigh","text":"14 % errors"}, since: "05:30", title: "API errors 14%"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
05:38 omar ack
    acknowledged by: Omar, lapses: "05:48", n: 1
    role person: Omar, role: "commander"
    phase from: "triage", to: "investigating"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:10", n: 2
06:00 omar setphase {to: monitoring}
    phase from: "investigating", to: "monitoring"
06:30 drumbeat:timer offerresolve {}
    nothing
06:31 alert:ApiErrorsHigh add {sign: {source: "alert:ApiErrorsHigh", text: "0 % errors", ended: true, at: 2019-10-02T06:31:00Z}}
    signed sign: {"source":"alert:ApiErrorsHigh","text":"0 % errors","at":"06:31","ended":true}
06:50 drumbeat:timer offerresolve {}
    nothing
07:01 drumbeat:timer offerresolve {}
    resolve-offered 
07:02 omar setphase {to: monitoring, note: still watching}
    phase from: "monitoring", note: "still watching", to: "monitoring"
07:20 drumbeat:timer offerresolve {}
    nothing
07:32 drumbeat:timer offerresolve {}
    resolve-offered 
07:33 omar resolve
    phase from: "monitoring", to: "resolved"
    promise-dropped n: 1, why: "resolved"
    promise-dropped n: 2, why: "resolved"
07:34 drumbeat:timer offerresolve {}
    nothing
