# A false alarm after public words: the promise stands until customers read the retraction.
05:30 kim declare {title: "people cannot save", severity: sev1}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:00", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:00", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
05:31 omar approve
    approved n: 1
    promise-kept n: 1
    promise-kept n: 2
    promised audience: "public", due: "06:00", n: 3
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:40 kim merge {into: main/incident/41, number: INC-41}
    refused: Customers read INC-42 already. Merge the other one into it: “merge INC-42” over there.
05:41 kim cancel {why: a test ran}
    phase from: "investigating", note: "a test ran", to: "cancelled"
    proposed audience: "public", kind: "retraction", n: 2, phase: "resolved", severity: "SEV1", text: "We looked into opening and saving at 05:30 UTC and found no effect."
05:42 kim show promises
    1 public due 05:45 kept 05:31
    2 stakeholders due 06:00 kept 05:31
    3 public due 06:00 open
06:00 drumbeat:timer remind {n: 3, rung: 1}
    promise-missed n: 3
    reminded due: "06:00", n: 3, rung: 1, who: "channel"
06:01 omar approve
    approved n: 2
    promise-kept late: true, n: 3
    published n: 2, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
06:02 kim show promises
    1 public due 05:45 kept 05:31
    2 stakeholders due 06:00 kept 05:31
    3 public due 06:00 missed kept 06:01
06:02 kim show card
    {"number":"INC-42","title":"people cannot save","severity":"SEV1","phase":"cancelled","since":"2019-10-02T05:30:00Z","ended":"2019-10-02T05:41:00Z","spoken":"2019-10-02T06:01:00Z","public":{"number":"INC-42","title":"Problems with opening and saving","phase":"resolved","impact":"critical","since":"2019-10-02T05:30:00Z","resolved_at":"2019-10-02T06:01:00Z","retracted":true,"components":[{"name":"app","words":"opening and saving","state":"partial"}],"updates":[{"n":1,"kind":"first","phase":"investigating","text":"Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC.","at":"2019-10-02T05:31:00Z"},{"n":2,"kind":"retraction","phase":"resolved","text":"We looked into opening and saving at 05:30 UTC and found no effect.","at":"2019-10-02T06:01:00Z"}]}}

# It was none after all.
06:03 kim reopen {why: it was real}
    phase from: "cancelled", note: "it was real", to: "investigating"
    promised audience: "public", due: "06:35", n: 4
06:04 kim propose {audience: public, text: "It is real."}
    proposed audience: "public", author: "kim", author_name: "Kim", kind: "phase", n: 3, next: "06:35", phase: "investigating", severity: "SEV1", text: "It is real. Next update by 06:35 UTC."
06:05 omar approve
    approved n: 3
    promise-kept n: 4
    promised audience: "public", due: "06:35", n: 5
    published n: 3, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
06:06 kim show card
    {"number":"INC-42","title":"people cannot save","severity":"SEV1","phase":"investigating","since":"2019-10-02T05:30:00Z","next_words":"2019-10-02T06:35:00Z","spoken":"2019-10-02T06:05:00Z","public":{"number":"INC-42","title":"Problems with opening and saving","phase":"investigating","impact":"critical","since":"2019-10-02T05:30:00Z","next_update":"2019-10-02T06:35:00Z","components":[{"name":"app","words":"opening and saving","state":"partial"}],"updates":[{"n":1,"kind":"first","phase":"investigating","text":"Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC.","at":"2019-10-02T05:31:00Z"},{"n":2,"kind":"retraction","phase":"resolved","text":"We looked into opening and saving at 05:30 UTC and found no effect.","at":"2019-10-02T06:01:00Z"},{"n":3,"kind":"phase","phase":"investigating","text":"It is real. Next update by 06:35 UTC.","at":"2019-10-02T06:05:00Z"}]}}

# Resolved, and reopened before the words went.
06:10 kim resolve
    phase from: "investigating", to: "resolved"
    proposed audience: "public", kind: "resolved", n: 4, phase: "resolved", severity: "SEV1", text: "This is fixed. It lasted from 05:30 UTC to 06:10 UTC (40 min)."
06:11 kim reopen
    phase from: "resolved", to: "investigating"
06:12 kim show promises
    1 public due 05:45 kept 05:31
    2 stakeholders due 06:00 kept 05:31
    3 public due 06:00 missed kept 06:01
    4 public due 06:35 kept 06:05
    5 public due 06:35 open
06:13 kim close
    refused: INC-42 is still investigating. Type “resolve” first; “cancel” if it was none.
