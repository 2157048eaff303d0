# Nobody answers: rung by rung, then exhausted, then all again.
05:30 alert:ApiErrorsHigh declare {title: "API errors", severity: sev1, sign: {source: "alert:ApiErrorsHigh"}}
    declared phase: "triage", severity: "SEV1", sign: {"source":"alert:ApiErrorsHigh"}, since: "05:30", title: "API errors"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
05:31 drumbeat:timer escalate {page: 1, rung: 0}
    nothing
05:35 drumbeat:timer escalate {page: 1, rung: 0}
    paged n: 1, people: [Omar,Priya], rung: 1, silent: [Maya], wait: "5m"
05:35 drumbeat:timer escalate {page: 1, rung: 0}
    nothing
05:40 drumbeat:timer escalate {page: 1, rung: 1}
    page-exhausted n: 1
05:40 drumbeat:timer show pages
    1 rung 1 since 05:40, on it: , nobody answered: true
05:45 drumbeat:timer escalate {page: 1, rung: 1, again: true}
    nothing
05:50 drumbeat:timer escalate {page: 1, rung: 1, again: true}
    paged n: 1, people: [Maya], rung: 0, silent: [Maya,Omar,Priya], wait: "5m"

# Who cannot passes it on at once; who is on no page has nothing to pass on.
05:51 maya decline
    paged n: 1, people: [Omar,Priya], rung: 1, silent: [Maya,Omar,Priya], wait: "5m"
05:51 kim decline
    refused: You are not being paged for INC-42. “page @who” pages somebody.
05:52 maya decline
    nothing
05:53 omar ack
    acknowledged by: Omar, lapses: "06:03", n: 1
    role person: Omar, role: "commander"
    phase from: "triage", to: "investigating"
    promised audience: "public", due: "05:58", n: 1
    promised audience: "stakeholders", due: "06:25", n: 2
05:54 kim ack
    refused: Omar has INC-42 since 05:53 UTC. Type “join” to help, or “lead” to take over command.
05:54 priya decline
    nothing

# An acknowledgement lapses: asked, then the ladder goes on. A sign of life renews it.
06:03 drumbeat:timer checkack {page: 1}
    ack-questioned by: Omar, n: 1, until: "06:05"
06:04 omar ack
    alive 
06:05 drumbeat:timer checkack {page: 1, asked: true}
    ack-seen n: 1, until: "06:14"
06:14 drumbeat:timer checkack {page: 1}
    ack-questioned by: Omar, n: 1, until: "06:16"
06:15 drumbeat:timer checkack {page: 1, asked: true}
    nothing
06:16 drumbeat:timer checkack {page: 1, asked: true}
    paged n: 1, people: [Maya], rung: 0, silent: [Maya,Omar,Priya], wait: "5m"
06:16 drumbeat:timer show pages
    1 rung 0 since 06:16, on it: , nobody answered: false
06:17 omar ack
    acknowledged by: Omar, lapses: "06:27", n: 1
06:18 omar decline
    paged n: 1, people: [Omar,Priya], rung: 1, silent: [Maya,Omar,Priya], wait: "5m"

# Command handed over: the new commander's sign of life counts.
06:19 priya ack
    acknowledged by: Priya, lapses: "06:29", n: 1
06:20 priya assign {role: commander, person: {handle: omar, name: Omar}}
    nothing
06:20 priya assign {role: commander, person: {handle: priya, name: Priya}}
    role person: Priya, previous: Omar, role: "commander"
06:29 priya addnote {text: looking at db-7}
    note at: "06:29", text: "looking at db-7"
06:30 drumbeat:timer checkack {page: 1}
    ack-seen n: 1, until: "06:39"

# A person rings on, and calls somebody in particular.
06:31 priya escalate
    paged n: 1, people: [Maya], rung: 0, silent: [Maya,Omar,Priya], wait: "5m"
06:32 priya call {rungs: [{people: []}, {people: [{handle: kim, name: Kim}], wait: 5m}], why: knows the migration}
    paged n: 2, people: [Kim], rung: 0, rungs: [{"people":[Kim],"wait":"5m"}], wait: "5m", why: "knows the migration"
06:33 kim ack
    acknowledged by: Kim, lapses: "06:43", n: 2
06:33 kim show pages
    1 rung 0 since 06:31, on it: , nobody answered: false
    2 rung 0 since 06:32, on it: Kim, nobody answered: false
06:34 priya call {rungs: []}
    refused: Nobody to page: say who (“page @maya”), or configure on call.
06:35 drumbeat:courier settle {result: gave-up, delivery: main/incident/42/2/p, to: twilio, action: page, about: page/1/maya/twilio, attempt: 3, problem: no such number}
    gave-up about: "page/1/maya/twilio", action: "page", attempt: 3, delivery: "incident/42/2/p", problem: "no such number", to: "twilio"
06:35 kim show incident
    INC-42 SEV1 investigating since 05:30, led by Priya, problems 1
