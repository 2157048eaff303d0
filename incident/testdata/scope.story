# Which parts of the product are affected is corrected while it lasts. The draft
# of the first words says what it is by now; what is known is no news.
05:30 omar declare {title: people cannot save, severity: sev2}
    declared by: Omar, phase: "investigating", severity: "SEV2", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "06:00", n: 1
    promised audience: "stakeholders", due: "06:30", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:30", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:30 UTC."
05:31 omar affect {component: {name: exports, words: exports, state: major}}
    scope component: {"name":"exports","words":"exports","state":"major"}
    proposed audience: "public", kind: "first", n: 2, next: "06:35", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving and exports. Next update by 06:35 UTC."
05:32 omar affect {component: {name: exports, words: exports, state: major}}
    nothing
05:33 omar affect {component: {name: app, words: opening and saving, state: operational}}
    scope component: {"name":"app","words":"opening and saving","state":"operational"}, was: "partial"
    proposed audience: "public", kind: "first", n: 3, next: "06:35", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with exports. Next update by 06:35 UTC."

# A playbook that was declined is offered again once the severity changed.
05:34 drumbeat:timer choose {fit: {playbook: {name: outage}}}
    playbook-offered about: "For outage.", changes: ["Reminders of words: 2 min before (comms), when due (channel) and 10 min late (the commander); so far 5 min before (comms), when due (channel) and 10 min late (the commander)."]
05:35 omar takeplaybook {hash: outageoutage, stay: true}
    playbook-stayed hash: "outageoutage", name: "outage"
05:36 drumbeat:timer choose {fit: {playbook: {name: outage}}}
    nothing
05:37 omar setseverity {severity: sev1}
    severity from: "SEV2", to: "SEV1"
    confirmed 
    promise-dropped n: 1, why: "moved"
    promised audience: "public", due: "05:45", n: 3
    proposed audience: "public", kind: "first", n: 4, next: "06:10", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with exports. Next update by 06:10 UTC."
05:38 drumbeat:timer choose {fit: {playbook: {name: outage}}}
    playbook-offered about: "For outage.", changes: ["First words to customers: within 10 min; so far within 15 min.","Once they know, customers hear: every 20 min; so far every 30 min.","Reminders of words: 2 min before (comms), when due (channel) and 10 min late (the commander, by phone too); so far 5 min before (comms), when due (channel) and 10 min late (the commander, by phone too)."]
05:38 omar show playbook
    under "", offered "outage", declined [], left []
