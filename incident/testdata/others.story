# Beside who is on call a SEV1 wakes whoever is to write to customers, once it is no alarm any more.
05:30 alert:ApiErrorsHigh declare {title: "API errors 14%", severity: sev1, sign: {source: "alert:ApiErrorsHigh", text: "14 % errors"}, others: {comms: [{people: [{handle: sam, name: Sam}], wait: 5m}, {people: [{handle: kim, name: Kim}], wait: 5m}]}}
    declared others: {"comms":[{"people":[{"handle":"sam","name":"Sam"}],"wait":"5m"},{"people":[Kim],"wait":"5m"}]}, phase: "triage", severity: "SEV1", sign: {"source":"alert:ApiErrorsHigh","text":"14 % errors"}, since: "05:30", title: "API errors 14%"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
05:38 omar ack
    acknowledged by: Omar, lapses: "05:48", n: 1
    role person: Omar, role: "commander"
    phase from: "triage", to: "investigating"
    paged n: 2, people: [{"handle":"sam","name":"Sam"}], role: "comms", rung: 0, rungs: [{"people":[{"handle":"sam","name":"Sam"}],"wait":"5m"},{"people":[Kim],"wait":"5m"}], wait: "5m", why: "Please take comms"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:10", n: 2

# Who answers that call has that role, and command stays where it was.
05:43 drumbeat:timer escalate {page: 2, rung: 0}
    paged n: 2, people: [Kim], role: "comms", rung: 1, silent: [{"handle":"sam","name":"Sam"}], wait: "5m", why: "Please take comms"
05:44 kim ack
    acknowledged by: Kim, n: 2
    role person: Kim, role: "comms"
05:45 omar escalate
    paged n: 1, people: [Omar,Priya], rung: 1, silent: [Maya], wait: "5m"
05:46 kim show incident
    INC-42 SEV1 investigating since 05:30, led by Omar, problems 0

# A lighter one wakes nobody else, until it is raised; who has the role already is left asleep.
06:00 ana incident/43 declare {title: "exports fail", severity: sev3, others: {comms: [{people: [{handle: sam, name: Sam}], wait: 5m}]}}
    declared by: {"handle":"ana","name":"Ana"}, others: {"comms":[{"people":[{"handle":"sam","name":"Sam"}],"wait":"5m"}]}, phase: "investigating", severity: "SEV3", since: "06:00", title: "exports fail"
06:01 ana incident/43 setseverity {severity: sev1}
    severity from: "SEV3", to: "SEV1"
    confirmed 
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m", why: "now SEV1"
    paged n: 2, people: [{"handle":"sam","name":"Sam"}], role: "comms", rung: 0, rungs: [{"people":[{"handle":"sam","name":"Sam"}],"wait":"5m"}], wait: "5m", why: "Please take comms"
    promised audience: "public", due: "06:15", n: 1
    promised audience: "stakeholders", due: "06:35", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:35", phase: "investigating", severity: "SEV1", text: "Since 06:00 UTC some people have problems with opening and saving. Next update by 06:35 UTC."
06:10 ana incident/44 declare {title: "exports fail again", severity: sev3, others: {comms: [{people: [{handle: sam, name: Sam}], wait: 5m}]}}
    declared by: {"handle":"ana","name":"Ana"}, others: {"comms":[{"people":[{"handle":"sam","name":"Sam"}],"wait":"5m"}]}, phase: "investigating", severity: "SEV3", since: "06:10", title: "exports fail again"
06:11 ana incident/44 assign {role: comms, person: {handle: ana, name: Ana}}
    role person: {"handle":"ana","name":"Ana"}, role: "comms"
06:12 ana incident/44 setseverity {severity: sev1}
    severity from: "SEV3", to: "SEV1"
    confirmed 
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m", why: "now SEV1"
    promised audience: "public", due: "06:25", n: 1
    promised audience: "stakeholders", due: "06:45", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:45", phase: "investigating", severity: "SEV1", text: "Since 06:10 UTC some people have problems with opening and saving. Next update by 06:45 UTC."

# Whoever takes the role by his word stops the call for it.
06:20 ana incident/45 declare {title: "people cannot save", severity: sev1, others: {comms: [{people: [{handle: sam, name: Sam}], wait: 5m}]}}
    declared by: {"handle":"ana","name":"Ana"}, others: {"comms":[{"people":[{"handle":"sam","name":"Sam"}],"wait":"5m"}]}, phase: "investigating", severity: "SEV1", since: "06:20", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    paged n: 2, people: [{"handle":"sam","name":"Sam"}], role: "comms", rung: 0, rungs: [{"people":[{"handle":"sam","name":"Sam"}],"wait":"5m"}], wait: "5m", why: "Please take comms"
    promised audience: "public", due: "06:35", n: 1
    promised audience: "stakeholders", due: "06:50", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:50", phase: "investigating", severity: "SEV1", text: "Since 06:20 UTC some people have problems with opening and saving. Next update by 06:50 UTC."
06:21 kim incident/45 assign {role: comms, person: {handle: kim, name: Kim}}
    role person: Kim, role: "comms"
    acknowledged by: Kim, n: 2
