# A person declares a SEV1: one is paged, two promises stand, first words wait.
05:30 kim declare {title: "people cannot   save", severity: sev1}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:00", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:00", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
05:31 maya ack
    acknowledged by: Maya, lapses: "05:41", n: 1
    role person: Maya, role: "commander"
05:31:30 maya confirm
    confirmed 
05:32 maya show promises
    1 public due 05:45 open
    2 stakeholders due 06:00 open
05:32 maya approve
    approved n: 1
    promise-kept n: 1
    promise-kept n: 2
    promised audience: "public", due: "06:00", n: 3
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:33 maya show promises
    1 public due 05:45 kept 05:32
    2 stakeholders due 06:00 kept 05:32
    3 public due 06:00 open
05:33 maya show updates
    1 public first published "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC." · email shadowed · page sent · twitter queued
05:33 maya show card
    {"number":"INC-42","title":"people cannot save","severity":"SEV1","phase":"investigating","since":"2019-10-02T05:30:00Z","commander":"Maya","next_words":"2019-10-02T06:00:00Z","spoken":"2019-10-02T05:32:00Z","public":{"number":"INC-42","title":"Problems with opening and saving","phase":"investigating","impact":"critical","since":"2019-10-02T05:30:00Z","next_update":"2019-10-02T06:00:00Z","components":[{"name":"app","words":"opening and saving","state":"partial"}],"updates":[{"n":1,"kind":"first","phase":"investigating","text":"Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC.","at":"2019-10-02T05:32:00Z"}]}}
05:34 maya declare {title: again}
    refused: INC-42 is declared already.

# Settled at X, then the phase: words with the new phase, by another author.
05:34 drumbeat:courier settle {result: delivered, delivery: main/incident/42/9/x, to: twitter, action: publish, about: update/1/twitter, attempt: 1, ref: "1001", link: "https://x/1001"}
    delivered about: "update/1/twitter", action: "publish", attempt: 1, delivery: "incident/42/9/x", link: "https://x/1001", ref: "1001", to: "twitter"
05:50 maya setphase {to: identified, note: permission check loads all boxed emails}
    phase from: "investigating", note: "permission check loads all boxed emails", to: "identified"
05:51 maya propose {audience: public, text: "We have found the cause."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "phase", n: 2, next: "06:25", phase: "identified", severity: "SEV1", text: "We have found the cause. Next update by 06:25 UTC."
05:51 maya approve
    refused: You wrote these words: somebody else has to approve them. They type “approve 2”. In 10 min yours is enough, as you command.
05:52 omar approve
    approved n: 2
    promise-kept n: 3
    promised audience: "public", due: "06:25", n: 4
    published n: 2, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:53 omar approve {n: 2}
    refused: Nothing to do: Omar said yes, and it went out at 05:52 UTC. “correct 2 <text>” corrects it.
05:53 omar show promises
    1 public due 05:45 kept 05:32
    2 stakeholders due 06:00 kept 05:32
    3 public due 06:00 kept 05:52
    4 public due 06:25 open
06:20 maya setphase {to: monitoring}
    phase from: "identified", to: "monitoring"
06:20 maya setphase {to: monitoring}
    nothing
06:20 maya setphase {to: closed}
    refused: There is no phase "closed". Take investigating, identified or monitoring.
06:40 maya propose {audience: public, text: "A fix is in place."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "phase", n: 3, next: "07:40", phase: "monitoring", severity: "SEV1", text: "A fix is in place. Next update by 07:40 UTC."
06:41 omar approve
    approved n: 3
    promise-kept late: true, n: 4
    promised audience: "public", due: "07:40", n: 5
    published n: 3, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]

# Resolved: customers are told before it is closed.
07:10 maya close
    refused: INC-42 is still monitoring. Type “resolve” first; “cancel” if it was none.
07:12 maya resolve {text: "All is well again."}
    phase from: "monitoring", to: "resolved"
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "resolved", n: 4, phase: "resolved", severity: "SEV1", text: "All is well again."
07:12 maya resolve
    refused: INC-42 is resolved already. “close” ends the work.
07:13 maya close
    refused: Customers have not been told that INC-42 is over. Approve the resolved words first: “approve”; “sent” shows them.
07:13 maya approve
    refused: You wrote these words: somebody else has to approve them. They type “approve 4”. In 9 min yours is enough, as you command.
07:14 omar approve
    approved n: 4
    promise-kept n: 5
    published n: 4, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
07:15 maya show promises
    1 public due 05:45 kept 05:32
    2 stakeholders due 06:00 kept 05:32
    3 public due 06:00 kept 05:52
    4 public due 06:25 kept 06:41
    5 public due 07:40 kept 07:14
07:20 maya close
    phase from: "resolved", to: "closed"
07:21 maya show incident
    INC-42 SEV1 closed since 05:30, led by Maya, problems 0
07:21 maya show card
    {"number":"INC-42","title":"people cannot save","severity":"SEV1","phase":"closed","since":"2019-10-02T05:30:00Z","ended":"2019-10-02T06:20:00Z","commander":"Maya","spoken":"2019-10-02T07:14:00Z","public":{"number":"INC-42","title":"Problems with opening and saving","phase":"resolved","impact":"critical","since":"2019-10-02T05:30:00Z","resolved_at":"2019-10-02T07:14:00Z","components":[{"name":"app","words":"opening and saving","state":"partial"}],"updates":[{"n":1,"kind":"first","phase":"investigating","text":"Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC.","at":"2019-10-02T05:32:00Z"},{"n":2,"kind":"phase","phase":"identified","text":"We have found the cause. Next update by 06:25 UTC.","at":"2019-10-02T05:52:00Z"},{"n":3,"kind":"phase","phase":"monitoring","text":"A fix is in place. Next update by 07:40 UTC.","at":"2019-10-02T06:41:00Z"},{"n":4,"kind":"resolved","phase":"resolved","text":"All is well again.","at":"2019-10-02T07:14:00Z"}]}}

# After the end.
07:30 maya ack
    refused: INC-42 is closed. Type “reopen” to go on with it.
07:30 maya setseverity {severity: sev2}
    refused: INC-42 is closed. Type “reopen” to go on with it.
07:31 maya addnote {text: "  asked the team for a review "}
    note at: "07:31", text: "asked the team for a review"
07:32 maya correct {n: 2, text: "We have found the cause: a migration."}
    proposed audience: "public", author: "maya", author_name: "Maya", corrects: 2, kind: "correction", n: 5, phase: "resolved", severity: "SEV1", text: "We have found the cause: a migration."
07:33 omar approve
    approved n: 5
    published n: 5, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
07:34 omar show updates
    1 public first published "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC." · email shadowed · page sent · twitter sent
    2 public phase published "We have found the cause. Next update by 06:25 UTC." · email shadowed · page sent · twitter queued
    3 public phase published "A fix is in place. Next update by 07:40 UTC." · email shadowed · page sent · twitter queued
    4 public resolved published "All is well again." · email shadowed · page sent · twitter queued
    5 public correction published "We have found the cause: a migration." · email shadowed · page sent · twitter queued
07:35 maya reopen {why: it is back}
    phase from: "closed", note: "it is back", to: "investigating"
    promised audience: "public", due: "08:05", n: 6
07:36 maya reopen
    refused: INC-42 is not over: it is investigating. “show INC-42” tells more.
07:36 maya show promises
    1 public due 05:45 kept 05:32
    2 stakeholders due 06:00 kept 05:32
    3 public due 06:00 kept 05:52
    4 public due 06:25 kept 06:41
    5 public due 07:40 kept 07:14
    6 public due 08:05 open
