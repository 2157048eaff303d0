# What customers were told is moved by words alone. A stricter rhythm asks for them now; the time stands.
05:30 kim declare {title: "people cannot save", severity: sev2}
    declared by: Kim, phase: "investigating", severity: "SEV2", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "06:00", n: 1
    promised audience: "stakeholders", due: "06:30", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:30", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:30 UTC."
05:31 kim snooze {for: 10m, text: "We are still working on this."}
    refused: Customers were told no time that could be put off. “update public <text>” writes to them.
05:32 omar ack
    acknowledged by: Omar, lapses: "05:52", n: 1
    role person: Omar, role: "commander"
05:32 kim confirm
    confirmed 
05:33 omar approve
    approved n: 1
    promise-kept n: 1
    promise-kept n: 2
    promised audience: "public", due: "06:30", n: 3
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:40 kim setseverity {severity: sev1, why: "everybody"}
    severity from: "SEV2", to: "SEV1", why: "everybody"
    words-wanted every: "30m", n: 3, told: "06:30"
05:40 kim show promises
    1 public due 06:00 kept 05:33
    2 stakeholders due 06:30 kept 05:33
    3 public due 06:30 open
05:41 kim setseverity {severity: sev2, why: "some only"}
    severity from: "SEV1", to: "SEV2", why: "some only"
05:42 kim setseverity {severity: sev1, why: "everybody after all", sure: true}
    severity from: "SEV2", to: "SEV1", why: "everybody after all"
    words-wanted every: "30m", n: 3, told: "06:30"
05:43 kim setphase {to: identified}
    phase from: "investigating", to: "identified"
05:44 kim propose {audience: public, text: "We have found the cause."}
    proposed audience: "public", author: "kim", author_name: "Kim", kind: "phase", n: 2, next: "06:15", phase: "identified", severity: "SEV1", text: "We have found the cause. Next update by 06:15 UTC."
05:44 kim setseverity {severity: sev1}
    nothing
05:45 omar approve
    approved n: 2
    promise-kept n: 3
    promised audience: "public", due: "06:15", n: 4
    published n: 2, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:45 kim show promises
    1 public due 06:00 kept 05:33
    2 stakeholders due 06:30 kept 05:33
    3 public due 06:30 kept 05:45
    4 public due 06:15 open

# A fix is watched, words every hour; it was none, and they come sooner.
06:10 omar setphase {to: monitoring}
    phase from: "identified", to: "monitoring"
06:10 omar propose {audience: public, text: "A fix is in place."}
    proposed audience: "public", author: "omar", author_name: "Omar", kind: "phase", n: 3, next: "07:10", phase: "monitoring", severity: "SEV1", text: "A fix is in place. Next update by 07:10 UTC."
06:11 kim approve
    approved n: 3
    promise-kept n: 4
    promised audience: "public", due: "07:10", n: 5
    published n: 3, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
06:20 omar setphase {to: investigating, note: "it is back"}
    phase from: "monitoring", note: "it is back", to: "investigating"
    words-wanted every: "30m", n: 5, told: "07:10"
06:21 kim show promises
    1 public due 06:00 kept 05:33
    2 stakeholders due 06:30 kept 05:33
    3 public due 06:30 kept 05:45
    4 public due 06:15 kept 06:11
    5 public due 07:10 open

# Ten minutes more: words that name the later time, and nothing moves until customers can read it.
07:05 omar snooze {for: 10m, text: ""}
    refused: Say what customers read meanwhile: “update public <text>”.
07:05 omar snooze {for: 0s, text: "We are still working on this."}
    refused: Say by how much, at most a day: “snooze 10m”.
07:05 omar snooze {for: 25h, text: "We are still working on this."}
    refused: Say by how much, at most a day: “snooze 10m”.
07:06 omar snooze {for: 10m, text: "We are still working on this."}
    proposed audience: "public", author: "omar", author_name: "Omar", kind: "no-news", n: 4, next: "07:20", phase: "investigating", severity: "SEV1", text: "We are still working on this. Next update by 07:20 UTC."
07:06 kim snooze {for: 10m, text: "We are still working on this."}
    refused: Omar's words wait for a yes already; a yes to them moves the time too.
07:07 omar show promises
    1 public due 06:00 kept 05:33
    2 stakeholders due 06:30 kept 05:33
    3 public due 06:30 kept 05:45
    4 public due 06:15 kept 06:11
    5 public due 07:10 open
07:08 kim approve
    approved n: 4
    promise-kept n: 5
    promised audience: "public", due: "07:20", n: 6
    published n: 4, targets: [{"name":"page","state":"sent"}]
07:09 omar show promises
    1 public due 06:00 kept 05:33
    2 stakeholders due 06:30 kept 05:33
    3 public due 06:30 kept 05:45
    4 public due 06:15 kept 06:11
    5 public due 07:10 kept 07:08
    6 public due 07:20 open
07:26 omar snooze {for: 10m, text: "We are still working on this."}
    proposed audience: "public", author: "omar", author_name: "Omar", kind: "no-news", n: 5, next: "07:40", phase: "investigating", severity: "SEV1", text: "We are still working on this. Next update by 07:40 UTC."
07:27 omar reject
    rejected n: 5
07:28 omar show promises
    1 public due 06:00 kept 05:33
    2 stakeholders due 06:30 kept 05:33
    3 public due 06:30 kept 05:45
    4 public due 06:15 kept 06:11
    5 public due 07:10 kept 07:08
    6 public due 07:20 open
07:30 omar resolve
    phase from: "investigating", to: "resolved"
    proposed audience: "public", kind: "resolved", n: 6, phase: "resolved", severity: "SEV1", text: "This is fixed. It lasted from 05:30 UTC to 07:30 UTC (2 h)."
07:31 omar snooze {for: 10m, text: "We are still working on this."}
    refused: Customers were told no time that could be put off. “update public <text>” writes to them.
