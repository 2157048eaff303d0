# A machine is never refused: what is odd or late decides nothing, and an alarm is never lost.
05:29 drumbeat:timer escalate {page: 1}
    nothing
05:30 alert:X declare {title: "  ", severity: sev77, since: 2019-10-02T09:00:00Z, sign: {source: "alert:X"}, on_call: [{people: []}, {people: [{handle: maya, name: Maya}], wait: 5m}]}
    declared phase: "triage", severity: "SEV2", sign: {"source":"alert:X"}, since: "05:30", title: "alert:X"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"}], wait: "5m"
05:31 drumbeat:timer escalate {page: -1}
    nothing
05:31 drumbeat:timer escalate {page: 7}
    nothing
05:31 drumbeat:timer escalate {page: 1, rung: 9}
    nothing
05:31 drumbeat:timer checkack {page: -3}
    nothing
05:31 drumbeat:timer remind {n: -1}
    nothing
05:31 drumbeat:timer remind {n: 5, rung: 99}
    nothing
05:31 drumbeat:timer prepare {n: 1}
    nothing
05:31 drumbeat:timer speak {n: 1}
    nothing
05:31 drumbeat:timer release
    nothing
05:31 drumbeat:timer call {}
    nothing
05:31 drumbeat:timer addnote {}
    nothing
05:31 alert:X declare {title: again}
    nothing
05:31 drumbeat:timer setphase {to: nonsense}
    nothing
05:31 drumbeat:courier settle {result: delivered, delivery: main/incident/42/1/d, to: slack, action: post, about: update/99/x, attempt: 1}
    delivered about: "update/99/x", action: "post", attempt: 1, delivery: "incident/42/1/d", to: "slack"
05:31 drumbeat:courier settle {result: delivered, delivery: main/incident/42/1/d, to: slack, action: post, about: page/99/x/y, attempt: 1}
    delivered about: "page/99/x/y", action: "post", attempt: 1, delivery: "incident/42/1/d", to: "slack"
05:32 drumbeat:timer show incident
    INC-42 SEV2 triage since 05:30, led by , problems 0

# Without any playbook a person hears what to do, and an alarm rings all the same.
05:33 kim incident/43 declare {title: "x", policy: {severities: []}}
    refused: No playbook is loaded, so nothing was declared. Page by phone, and ask the operator for “drumbeat check”.
05:33 alert:X incident/44 declare {title: "x", policy: {severities: []}, sign: {source: "alert:X"}}
    declared phase: "triage", severity: "SEV2", sign: {"source":"alert:X"}, since: "05:33", title: "x"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
05:34 kim incident/45 declare {title: " "}
    refused: Say what is wrong: “declare sev1 people cannot save”.
05:34 kim incident/45 declare {title: "x", severity: p1}
    refused: There is no severity P1. Take one of SEV1, SEV2, SEV3.
05:34 kim incident/45 ack
    refused: There is no such incident. “list” shows the open ones.
05:34 kim incident/45 declare {title: "a very long title a very long title a very long title a very long title a very long title a very long title a very long title a very long title a very long title a very long title a very long title a very long title"}
    declared by: Kim, phase: "investigating", severity: "SEV2", since: "05:34", title: "a very long title a very long title a very long title a very long title a very long title a very long title a very long title a very long title a very long title a very long title a very long title a…"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "06:04", n: 1
    promised audience: "stakeholders", due: "06:35", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:35", phase: "investigating", severity: "SEV2", text: "Since 05:34 UTC some people have problems with opening and saving. Next update by 06:35 UTC."
