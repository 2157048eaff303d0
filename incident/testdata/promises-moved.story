# Before customers were told a time, the promise follows start and confirmation, but is never put off by an edit.
05:30 kim declare {title: "people cannot save", severity: sev2}
    declared by: Kim, phase: "investigating", severity: "SEV2", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "06:00", n: 1
    promised audience: "stakeholders", due: "06:30", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:30", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:30 UTC."
05:40 kim correctstart {since: 2019-10-02T05:20:00Z}
    since since: "05:20", was: "05:30"
    promise-dropped n: 1, why: "moved"
    promised audience: "public", due: "05:50", n: 3
    proposed audience: "public", kind: "first", n: 2, next: "06:40", phase: "investigating", severity: "SEV2", text: "Since 05:20 UTC some people have problems with opening and saving. Next update by 06:40 UTC."
05:41 kim correctstart {since: 2019-10-02T05:41:30Z}
    refused: The start must lie in the past: “since 05:22”.
05:42 kim correctstart {since: 2019-10-02T05:20:00Z}
    nothing
05:46 kim setphase {to: identified}
    phase from: "investigating", to: "identified"
    proposed audience: "public", kind: "first", n: 3, next: "06:50", phase: "identified", severity: "SEV2", text: "Since 05:20 UTC some people have problems with opening and saving. Next update by 06:50 UTC."
05:48 kim confirm
    confirmed 
    promise-dropped n: 3, why: "moved"
    promised audience: "public", due: "05:58", n: 4
05:49 kim setseverity {severity: sev1}
    severity from: "SEV2", to: "SEV1"
    promise-dropped n: 4, why: "moved"
    promised audience: "public", due: "05:54", n: 5
    proposed audience: "public", kind: "first", n: 4, next: "06:20", phase: "identified", severity: "SEV1", text: "Since 05:20 UTC some people have problems with opening and saving. Next update by 06:20 UTC."
05:52 kim setphase {to: investigating}
    phase from: "identified", to: "investigating"
    proposed audience: "public", kind: "first", n: 5, next: "06:25", phase: "investigating", severity: "SEV1", text: "Since 05:20 UTC some people have problems with opening and saving. Next update by 06:25 UTC."
05:53 kim show promises
    1 public due 06:00 dropped: moved
    2 stakeholders due 06:30 open
    3 public due 05:50 dropped: moved
    4 public due 05:58 dropped: moved
    5 public due 05:54 open

# Stakeholders hear on their own clock until customers do.
05:54 kim propose {audience: stakeholders, text: "Saving fails; 31 tickets."}
    proposed audience: "stakeholders", author: "kim", author_name: "Kim", kind: "news", n: 6, phase: "investigating", severity: "SEV1", text: "Saving fails; 31 tickets."
    published n: 6
    promise-kept n: 2
    promised audience: "stakeholders", due: "06:25", n: 6
05:55 kim propose {audience: affected, text: "…"}
    refused: There is no audience "affected". Take stakeholders or public; without one it is internal.
05:55 kim propose {text: "", audience: internal}
    refused: Say what to tell them: “update internal we have found the cause”.
05:55 kim propose {audience: internal, text: "rolling back"}
    proposed audience: "internal", author: "kim", author_name: "Kim", kind: "news", n: 7, phase: "investigating", severity: "SEV1", text: "rolling back"
05:56 omar approve
    approved n: 5
    promise-kept late: true, n: 5
    promise-kept n: 6
    promised audience: "public", due: "06:25", n: 7
    published n: 5, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:57 kim propose {audience: stakeholders, text: "Customers know."}
    proposed audience: "stakeholders", author: "kim", author_name: "Kim", kind: "news", n: 8, phase: "investigating", severity: "SEV1", text: "Customers know."
    published n: 8
05:58 kim show promises
    1 public due 06:00 dropped: moved
    2 stakeholders due 06:30 kept 05:54
    3 public due 05:50 dropped: moved
    4 public due 05:58 dropped: moved
    5 public due 05:54 kept 05:56
    6 stakeholders due 06:25 kept 05:56
    7 public due 06:25 open
