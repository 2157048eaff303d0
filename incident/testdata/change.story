# A change, the mute that hangs on it, and the question to its people.
20:10 leo change/23 end
    refused: There is no such change. “changes” lists them.
20:10 drumbeat:hook change/23 end
    nothing
20:10 leo change/23 start {facts: {what: ""}}
    refused: Say what changes: “change start permissions backfill”.
20:10 leo change/23 start {facts: {what: "permissions  backfill", service: api, risk: high, author: {handle: leo, slack: U1, ways: [{to: twilio, address: "+1"}]}, reviewer: {handle: ines, slack: U2}, unrecorded: true}}
    started at: "20:10", facts: {"what":"permissions backfill","service":"api","risk":"high","author":{"handle":"leo","slack":"U1","ways":[{"to":"twilio","address":"+1"}]},"reviewer":{"handle":"ines","slack":"U2"},"unrecorded":true}
20:10 leo change/23 start {facts: {what: again}}
    refused: CH-23 has started already. “change done CH-23” ends it.
20:11 drumbeat:bot change/23 attach {rule: QueueLong}
    mute-attached rule: "QueueLong"
20:11 drumbeat:bot change/23 attach {rule: QueueLong}
    nothing
20:12 drumbeat:bot change/23 ask {number: INC-42, title: API errors, severity: SEV1, page: true}
    asked number: "INC-42", page: true, severity: "SEV1", title: "API errors"
      → slack: dm ask about a change CH-23 for INC-42
      → twilio: page ask about a change CH-23 for INC-42
      → slack: dm ask about a change CH-23 for INC-42
20:12 drumbeat:bot change/23 ask {number: INC-42, title: API errors, severity: SEV1, page: true}
    nothing
21:40 drumbeat:run change/23 end {exit: 1, outcome: killed}
    ended exit: 1, outcome: "killed"
      → main/alert/QueueLong: end-mute {"change":"CH-23"}
21:41 leo change/23 end
    refused: CH-23 ended already.
21:42 drumbeat:bot change/23 attach {rule: DiskSlow}
    mute-attached rule: "DiskSlow"
      → main/alert/DiskSlow: end-mute {"change":"CH-23"}
21:43 drumbeat:courier change/23 settle {result: gave-up, delivery: main/change/23/4/ask.1, to: slack, action: dm, attempt: 1, problem: no such person}
    gave-up action: "dm", attempt: 1, delivery: "change/23/4/ask.1", problem: "no such person", to: "slack"
# Written down afterwards, and by a tool that says little.
22:00 leo change/24 start {facts: {what: flag off}, at: 2019-10-02T21:30:00Z, log: true}
    started at: "21:30", facts: {"what":"flag off"}
    ended at: "21:30"
22:00 drumbeat:hook change/25 start {facts: {kind: deployment}}
    started at: "22:00", facts: {"what":"deployment","kind":"deployment"}
