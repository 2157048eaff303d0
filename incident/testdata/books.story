# Notes, tasks, start, roles, people who join.
05:30 kim declare {title: "disk is slow", severity: sev3}
    declared by: Kim, phase: "investigating", severity: "SEV3", since: "05:30", title: "disk is slow"
05:31 kim addnote {text: ""}
    refused: Say what to note: “note servers at 100 % CPU”.
05:31 kim addnote {at: 2019-10-02T05:10:00Z, text: "db-7 at 100 %"}
    note at: "05:10", text: "db-7 at 100 %"
05:31 kim addnote {at: 2019-10-02T09:10:00Z, text: "from the future"}
    note at: "05:31", text: "from the future"
05:32 kim addtask {text: roll back}
    task-added n: 1, text: "roll back"
05:32 kim addtask {text: " "}
    refused: Say what is to be done: “task add roll back reads”.
05:33 maya finishtask {n: 1}
    task-done n: 1
05:33 maya finishtask {n: 1}
    nothing
05:33 maya finishtask {n: 2}
    refused: There is no task 2. “task list” shows them.
05:34 kim correctstart {since: 2019-10-02T05:00:00Z}
    since since: "05:00", was: "05:30"
05:34 kim correctstart {since: 2019-10-02T05:00:00Z}
    nothing
05:34 kim correctstart {since: 2019-10-02T06:00:00Z}
    refused: The start must lie in the past: “since 05:22”.
05:35 kim assign {role: comms, person: {handle: sam, name: Sam}}
    role person: {"handle":"sam","name":"Sam"}, role: "comms"
05:35 kim assign {role: comms, person: {handle: sam, name: Sam}}
    nothing
05:35 kim assign {role: comms}
    refused: Say who: “comms @who”.
05:36 omar join
    joined by: Omar
05:37 kim confirm
    confirmed 
05:38 omar ack
    acknowledged by: Omar, n: 0
    role person: Omar, role: "commander"
05:39 omar escalate
    refused: Nobody was paged for INC-42 yet. Type “page @who”.
05:40 kim propose {audience: public, text: "Exports are slow."}
    proposed audience: "public", author: "kim", author_name: "Kim", kind: "first", n: 1, next: "07:40", phase: "investigating", severity: "SEV3", text: "Exports are slow. Next update by 07:40 UTC."
05:41 omar approve
    approved n: 1
    promised audience: "public", due: "07:40", n: 1
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:42 kim show promises
    1 public due 07:40 open
05:43 drumbeat:courier settle {result: delivered, delivery: main/incident/42/1/a, to: slack, action: post, about: announce, attempt: 1, ref: "171.1", link: "https://s/1", more: {channel: C1}}
    delivered about: "announce", action: "post", attempt: 1, delivery: "incident/42/1/a", link: "https://s/1", more: {"channel":"C1"}, ref: "171.1", to: "slack"
05:43 drumbeat:courier settle {result: delivered, delivery: main/incident/42/1/b, to: slack, action: channel.create, about: room, attempt: 1, ref: C9, more: {name: inc-42}}
    delivered about: "room", action: "channel.create", attempt: 1, delivery: "incident/42/1/b", more: {"name":"inc-42"}, ref: "C9", to: "slack"
05:43 drumbeat:courier settle {result: delivered, delivery: main/incident/42/1/c, to: slack, action: post, about: brief, attempt: 1, ref: "171.2"}
    delivered about: "brief", action: "post", attempt: 1, delivery: "incident/42/1/c", ref: "171.2", to: "slack"
05:43 drumbeat:courier settle {result: delivered, delivery: main/incident/42/1/d, to: slack, action: post, about: post/approval/1, attempt: 1, ref: "171.3", more: {channel: C9}}
    delivered about: "post/approval/1", action: "post", attempt: 1, delivery: "incident/42/1/d", more: {"channel":"C9"}, ref: "171.3", to: "slack"
05:44 kim show card
    {"number":"INC-42","title":"disk is slow","severity":"SEV3","phase":"investigating","since":"2019-10-02T05:00:00Z","commander":"Omar","channel":"C9","next_words":"2019-10-02T07:40:00Z","spoken":"2019-10-02T05:41:00Z","public":{"number":"INC-42","title":"Problems with opening and saving","phase":"investigating","impact":"minor","since":"2019-10-02T05:00:00Z","next_update":"2019-10-02T07:40:00Z","components":[{"name":"app","words":"opening and saving","state":"partial"}],"updates":[{"n":1,"kind":"first","phase":"investigating","text":"Exports are slow. Next update by 07:40 UTC.","at":"2019-10-02T05:41:00Z"}]}}
