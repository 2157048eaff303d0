# The bot dies with words on their way and comes back an hour later: what is too old does not go, and the ladder goes on where it would stand.
05:30 kim declare {title: "people cannot save", severity: sev1}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:00", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:00", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
05:36 omar approve
    approved n: 1
    promise-kept n: 1
    promise-kept n: 2
    promised audience: "public", due: "06:00", n: 3
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:36 drumbeat:courier settle {result: failing, delivery: main/incident/42/9/x, to: twitter, action: publish, about: update/1/twitter, attempt: 1, problem: no connection}
    failing about: "update/1/twitter", action: "publish", attempt: 1, delivery: "incident/42/9/x", problem: "no connection", to: "twitter"
06:40 drumbeat return {from: "2019-10-02T05:37:00Z", to: "2019-10-02T06:40:00Z"}
    promise-missed n: 3
    away due: ["06:00"], from: "05:37", stale: [1], to: "06:40"
06:40 drumbeat:timer remind {n: 3, rung: 0}
    nothing
06:40 drumbeat:timer remind {n: 3, rung: 1}
    nothing
06:40 drumbeat:timer remind {n: 3, rung: 2}
    reminded due: "06:00", n: 3, rung: 2, who: "commander"
06:41 kim show updates
    1 public first published "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC." · email shadowed · page sent · twitter too old
06:41 kim show promises
    1 public due 05:45 kept 05:36
    2 stakeholders due 06:00 kept 05:36
    3 public due 06:00 missed open
# Said twice, it is told once; and what fell due before is not told again.
06:42 drumbeat return {from: "2019-10-02T06:39:00Z", to: "2019-10-02T06:42:00Z"}
    nothing
06:45 kim propose {audience: public, text: "We are still working on it."}
    proposed audience: "public", author: "kim", author_name: "Kim", kind: "news", n: 2, next: "07:15", phase: "investigating", severity: "SEV1", text: "We are still working on it. Next update by 07:15 UTC."
06:46 omar approve
    approved n: 2
    promise-kept late: true, n: 3
    promised audience: "public", due: "07:15", n: 4
    published n: 2, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
# Nothing passed: nothing to tell.
06:50 drumbeat return {from: "2019-10-02T06:47:00Z", to: "2019-10-02T06:50:00Z"}
    nothing
# What names no time is never too old.
06:55 kim setphase {to: resolved}
    refused: There is no phase "resolved". Take investigating, identified or monitoring.
06:56 kim resolve
    phase from: "investigating", to: "resolved"
    proposed audience: "public", kind: "resolved", n: 3, phase: "resolved", severity: "SEV1", text: "This is fixed. It lasted from 05:30 UTC to 06:56 UTC (1 h 26 min)."
06:57 omar approve
    approved n: 3
    promise-kept n: 4
    published n: 3, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
09:00 drumbeat return {from: "2019-10-02T06:58:00Z", to: "2019-10-02T09:00:00Z"}
    away from: "06:58", stale: [2], to: "09:00"
