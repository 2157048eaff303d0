# Nobody answers at all. On two independent signs the page says one sentence by itself.
05:30 alert:ApiErrorsHigh declare {title: "API errors", severity: sev1, sign: {source: "alert:ApiErrorsHigh"}}
    declared phase: "triage", severity: "SEV1", sign: {"source":"alert:ApiErrorsHigh"}, since: "05:30", title: "API errors"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
05:33 drumbeat:desk add {sign: {source: customers, count: 3}}
    signed sign: {"source":"customers","count":3}
    confirmed by: "two signs"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:05", n: 2
05:42 drumbeat:timer prepare {n: 1}
    nothing
05:43 drumbeat:timer prepare {n: 1}
    proposed audience: "public", author: "drumbeat:unattended", kind: "first", n: 1, next: "06:15", phase: "investigating", severity: "SEV1", text: "Our monitoring and reports show problems with opening and saving since 05:30 UTC. Next update by 06:15 UTC."
05:43:30 drumbeat:timer speak {n: 1}
    nothing
05:44 drumbeat:timer speak {n: 1}
    approved n: 1, unattended: true
    promise-kept n: 1, unattended: true
    promised audience: "public", due: "06:15", n: 3
    published n: 1, targets: [{"name":"page","state":"sent"}]
05:44 drumbeat:timer show updates
    1 public first published "Our monitoring and reports show problems with opening and saving since 05:30 UTC. Next update by 06:15 UTC." · page sent
05:44 drumbeat:timer show promises
    1 public due 05:45 kept by unattended words 05:44
    2 stakeholders due 06:05 open
    3 public due 06:15 open

# The duty goes on: the ladder of that promise rings.
05:45 drumbeat:timer remind {n: 1, rung: 1}
    reminded due: "05:45", n: 1, rung: 1, who: "channel"
05:55 drumbeat:timer remind {n: 1, rung: 2}
    reminded due: "05:45", n: 1, rung: 2, who: "commander"

# No holding statement without a sign of life, nor one that would come late.
06:13 drumbeat:timer prepare {n: 3}
    nothing
06:14 maya ack
    acknowledged by: Maya, lapses: "06:24", n: 1
    role person: Maya, role: "commander"
    phase from: "triage", to: "investigating"
06:14:30 drumbeat:timer prepare {n: 3}
    nothing
06:16 maya approve
    refused: No words wait for a yes. “update public <text>” writes some.
06:17 maya propose {audience: public, text: "We look at the database."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 2, next: "06:50", phase: "investigating", severity: "SEV1", text: "We look at the database. Next update by 06:50 UTC."
06:18 omar approve
    approved n: 2
    promise-kept late: true, n: 2
    promise-kept late: true, n: 3
    promised audience: "public", due: "06:50", n: 4
    published n: 2, targets: [{"name":"page","state":"sent"}]

# With one, at most two in a row.
06:48 drumbeat:timer prepare {n: 4}
    nothing
06:48 maya addnote {text: still looking}
    note at: "06:48", text: "still looking"
06:48 drumbeat:timer prepare {n: 4}
    proposed audience: "public", author: "drumbeat:unattended", kind: "no-news", n: 3, next: "07:20", phase: "investigating", severity: "SEV1", text: "We are still working on this. Next update by 07:20 UTC."
06:49 drumbeat:timer speak {n: 3}
    approved n: 3, unattended: true
    promise-kept n: 4, unattended: true
    promised audience: "public", due: "07:20", n: 5
    published n: 3, targets: [{"name":"page","state":"sent"}]
07:10 maya addnote {text: still looking}
    note at: "07:10", text: "still looking"
07:18 drumbeat:timer prepare {n: 5}
    proposed audience: "public", author: "drumbeat:unattended", kind: "no-news", n: 4, next: "07:50", phase: "investigating", severity: "SEV1", text: "We are still working on this. Next update by 07:50 UTC."
07:19 drumbeat:timer speak {n: 4}
    approved n: 4, unattended: true
    promise-kept n: 5, unattended: true
    promised audience: "public", due: "07:50", n: 6
    published n: 4, targets: [{"name":"page","state":"sent"}]
07:20 drumbeat:timer remind {n: 5, rung: 1}
    reminded due: "07:20", n: 5, rung: 1, who: "channel"
07:40 maya addnote {text: still looking}
    note at: "07:40", text: "still looking"
07:48 drumbeat:timer prepare {n: 6}
    nothing
07:50 drumbeat:timer remind {n: 6, rung: 1}
    promise-missed n: 6
    reminded due: "07:50", n: 6, rung: 1, who: "channel"
07:56 maya show promises
    1 public due 05:45 kept by unattended words 05:44
    2 stakeholders due 06:05 kept 06:18
    3 public due 06:15 kept 06:18
    4 public due 06:50 kept by unattended words 06:49
    5 public due 07:20 kept by unattended words 07:19
    6 public due 07:50 missed open

# A person's words begin the count anew. Stop is a rejection; what a person proposes takes their place.
07:57 maya propose {audience: public, text: "We look at the database still."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 5, next: "08:30", phase: "investigating", severity: "SEV1", text: "We look at the database still. Next update by 08:30 UTC."
07:58 omar approve
    approved n: 5
    promise-kept late: true, n: 6
    promised audience: "public", due: "08:30", n: 7
    published n: 5, targets: [{"name":"page","state":"sent"}]
08:20 maya addnote {text: still looking}
    note at: "08:20", text: "still looking"
08:28 drumbeat:timer prepare {n: 7}
    proposed audience: "public", author: "drumbeat:unattended", kind: "no-news", n: 6, next: "09:00", phase: "investigating", severity: "SEV1", text: "We are still working on this. Next update by 09:00 UTC."
08:28:30 maya reject {n: 6}
    rejected n: 6
08:29 drumbeat:timer speak {n: 6}
    nothing
08:31 maya propose {audience: public, text: "We have added servers."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 7, next: "09:05", phase: "investigating", severity: "SEV1", text: "We have added servers. Next update by 09:05 UTC."
08:32 omar approve
    approved n: 7
    promise-kept late: true, n: 7
    promised audience: "public", due: "09:05", n: 8
    published n: 7, targets: [{"name":"page","state":"sent"}]
08:40 maya addnote {text: still looking}
    note at: "08:40", text: "still looking"
09:03 drumbeat:timer prepare {n: 8}
    proposed audience: "public", author: "drumbeat:unattended", kind: "no-news", n: 8, next: "09:35", phase: "investigating", severity: "SEV1", text: "We are still working on this. Next update by 09:35 UTC."
09:03:20 maya propose {audience: public, text: "Still at it."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 9, next: "09:35", phase: "investigating", severity: "SEV1", text: "Still at it. Next update by 09:35 UTC."
09:04 drumbeat:timer speak {n: 8}
    nothing
09:04 drumbeat:timer prepare {n: 8}
    nothing
09:05 maya show updates
    1 public first published "Our monitoring and reports show problems with opening and saving since 05:30 UTC. Next update by 06:15 UTC." · page sent
    2 public news published "We look at the database. Next update by 06:50 UTC." · email shadowed · page sent
    3 public no-news published "We are still working on this. Next update by 07:20 UTC." · page sent
    4 public no-news published "We are still working on this. Next update by 07:50 UTC." · page sent
    5 public news published "We look at the database still. Next update by 08:30 UTC." · email shadowed · page sent
    6 public no-news rejected "We are still working on this. Next update by 09:00 UTC."
    7 public news published "We have added servers. Next update by 09:05 UTC." · email shadowed · page sent
    8 public no-news replaced "We are still working on this. Next update by 09:35 UTC."
    9 public news proposed "Still at it. Next update by 09:35 UTC."
