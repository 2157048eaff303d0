# A drill is an incident that no customer can hear of: it has no far end, whatever
# is live.
05:30 kim declare {title: "a drill", severity: sev2, drill: true}
    declared by: Kim, drill: true, phase: "investigating", severity: "SEV2", since: "05:30", title: "a drill"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "06:00", n: 1
    promised audience: "stakeholders", due: "06:30", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:30", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:30 UTC."
05:31 kim propose {audience: public, text: "A word."}
    proposed audience: "public", author: "kim", author_name: "Kim", kind: "first", n: 2, next: "06:35", phase: "investigating", severity: "SEV2", text: "A word. Next update by 06:35 UTC."
05:32 sam approve {n: 2, targets: [{name: page, mode: live}, {name: twitter, mode: live}, {name: email, mode: shadow}]}
    approved n: 2
    promise-kept n: 1
    promise-kept n: 2
    promised audience: "public", due: "06:35", n: 3
    published n: 2
05:32 sam show updates
    1 public first replaced "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:30 UTC."
    2 public first published "A word. Next update by 06:35 UTC."
05:32 sam merge {into: main/incident/7, number: INC-7}
    refused: DRILL-42 is a drill and ends by itself: there is nothing to go on with elsewhere.
05:33 drumbeat:timer enddrill {shown: {room: 1, rang: 2, answered: -1, drafted: 0, approved: 60}}
    phase from: "investigating", to: "closed"
    promise-dropped n: 3, why: "the drill is over"
    drill-ended answered: -1, approved: 60, drafted: 0, rang: 2, room: 1
05:34 kim reopen {why: again}
    refused: DRILL-42 was a drill, and is over. “drill” begins another.
05:34 kim show card
    {"number":"DRILL-42","title":"a drill","severity":"SEV2","phase":"closed","drill":true,"since":"2019-10-02T05:30:00Z","ended":"2019-10-02T05:33:00Z"}
