# A hold stops words when they are approved; they keep no promise until they go.
05:30 kim declare {title: "people cannot save", severity: sev1}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:00", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:00", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
05:31 kim hold {why: legal reads first}
    hold why: "legal reads first"
05:31 kim hold
    nothing
05:32 omar approve
    approved n: 1
    published n: 1, targets: [{"name":"page","state":"held"},{"name":"twitter","state":"held"}]
05:33 kim show updates
    1 public first published "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC." · email shadowed · page held · twitter held
05:33 kim show promises
    1 public due 05:45 open
    2 stakeholders due 06:00 open
05:34 drumbeat:timer release
    nothing
05:35 kim release {hold: true}
    release waits: true
05:36 kim release {hold: true}
    refused: INC-42 is not on hold; all words are: “release all”.
05:36 kim release
    release 
    promise-kept n: 1
    promise-kept n: 2
    promised audience: "public", due: "06:00", n: 3
05:37 kim show updates
    1 public first published "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC." · email shadowed · page sent · twitter queued
05:37 kim show promises
    1 public due 05:45 kept 05:36
    2 stakeholders due 06:00 kept 05:36
    3 public due 06:00 open
05:37 kim release
    refused: INC-42 is not on hold.

# A hold on everything is over: what it stopped at the last moment goes.
05:40 drumbeat:courier settle {result: withheld, delivery: main/incident/42/9/x, to: twitter, action: publish, about: update/1/twitter, attempt: 1, problem: all public words are on hold}
    withheld about: "update/1/twitter", action: "publish", attempt: 1, delivery: "incident/42/9/x", problem: "all public words are on hold", to: "twitter"
05:41 drumbeat:control release
    release 
05:42 drumbeat:courier settle {result: failing, delivery: main/incident/42/9/x, to: twitter, action: publish, about: update/1/twitter, attempt: 2, problem: "403"}
    failing about: "update/1/twitter", action: "publish", attempt: 2, delivery: "incident/42/9/x", problem: "403", to: "twitter"
05:43 drumbeat:courier settle {result: in-doubt, delivery: main/incident/42/9/x, to: twitter, action: publish, about: update/1/twitter, attempt: 3}
    in-doubt about: "update/1/twitter", action: "publish", attempt: 3, delivery: "incident/42/9/x", to: "twitter"
05:43 kim show updates
    1 public first published "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC." · email shadowed · page sent · twitter in doubt
05:44 drumbeat:courier settle {result: delivered, delivery: main/incident/42/9/x, to: twitter, action: publish, about: update/1/twitter, attempt: 4, ref: "7"}
    delivered about: "update/1/twitter", action: "publish", attempt: 4, delivery: "incident/42/9/x", ref: "7", to: "twitter"
05:45 drumbeat:courier settle {result: gave-up, delivery: main/incident/42/9/x, to: twitter, action: publish, about: update/1/twitter, attempt: 5}
    gave-up about: "update/1/twitter", action: "publish", attempt: 5, delivery: "incident/42/9/x", to: "twitter"
05:46 kim show updates
    1 public first published "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC." · email shadowed · page sent · twitter sent
05:46 kim show incident
    INC-42 SEV1 investigating since 05:30, led by , problems 3
