# Two of three: each person once, whatever he holds; a changed severity or phase
# takes away what was given before; an edit is a new proposal.
05:30 kim declare {title: "people cannot save", severity: sev1, policy: {severities: [{name: SEV1, room: channel, first_words: 15m, every: {investigating: 30m, identified: 30m}}, {name: SEV2, room: channel, first_words: 30m, every: {investigating: 1h}}], approval: {by: ["role:commander", "role:legal", "group:comms"], need: 2}, ladder: [], next_words: "", first_words: "", resolved_words: "", retracted_words: "", ask_confirmation: 10m, pages_again: 0s}}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    promised audience: "public", due: "05:45", n: 1
05:31 omar assign {role: commander, person: {handle: omar, name: Omar}}
    role person: Omar, role: "commander"
05:31 omar assign {role: legal, person: {handle: omar, name: Omar}}
    role person: Omar, role: "legal"
05:32 maya propose {audience: public, text: "Saving fails for some people."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "first", n: 1, next: "06:05", phase: "investigating", severity: "SEV1", text: "Saving fails for some people."
05:33 maya approve
    refused: You wrote these words: somebody else has to approve them (2 of: Omar as commander, Omar as legal, one of comms). They type “approve 1”.
05:33 kim approve
    refused: You are not among those who approve words for customers (2 of: Omar as commander, Omar as legal, one of comms). Ask one of them to type “approve 1”.
05:34 omar approve
    approved given: 1, n: 1, need: 2
05:34 omar approve
    refused: Your yes is counted. It needs somebody else's, too (2 of: Omar as commander, Omar as legal, one of comms).
05:35 dana@eng approve
    refused: You are not among those who approve words for customers (2 of: Omar as commander, Omar as legal, one of comms). Ask one of them to type “approve 1”.
05:35 dana@comms approve
    approved given: 2, n: 1, need: 2
    promise-kept n: 1
    promised audience: "public", due: "06:05", n: 2
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:36 maya show updates
    1 public first published "Saving fails for some people." · email shadowed · page sent · twitter queued

05:40 maya propose {audience: public, text: "We have found the cause."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 2, next: "06:10", phase: "investigating", severity: "SEV1", text: "We have found the cause."
05:41 omar approve
    approved given: 1, n: 2, need: 2
05:42 maya propose {audience: public, text: "We have found what slows saving."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 3, next: "06:15", phase: "investigating", severity: "SEV1", text: "We have found what slows saving."
05:43 dana@comms approve {n: 2}
    refused: Words 2 were replaced. “sent” shows what waits.
05:43 dana@comms approve
    approved given: 1, n: 3, need: 2
05:44 omar setseverity {severity: sev2}
    severity from: "SEV1", to: "SEV2"
05:45 omar approve
    refused: Severity is now SEV2 since this was written. Read it again; “approve 3 sure” is your yes then.
05:46 omar approve {sure: true}
    approved given: 1, n: 3, need: 2
05:47 dana@comms approve {sure: true}
    approved given: 2, n: 3, need: 2
    promise-kept n: 2
    promised audience: "public", due: "06:15", n: 3
    published n: 3, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:48 maya show updates
    1 public first published "Saving fails for some people." · email shadowed · page sent · twitter queued
    2 public news replaced "We have found the cause."
    3 public news published "We have found what slows saving." · email shadowed · page sent · twitter queued

05:50 dana@comms propose {audience: public, text: "Still slow."}
    proposed audience: "public", author: "dana", author_name: "Dana", kind: "news", n: 4, next: "06:50", phase: "investigating", severity: "SEV2", text: "Still slow."
05:51 dana@comms approve
    refused: You wrote these words: somebody else has to approve them (2 of: Omar as commander, Omar as legal, one of comms). They type “approve 4”.
05:52 sam@comms approve
    approved given: 1, n: 4, need: 2
05:53 omar setphase {to: identified}
    phase from: "investigating", to: "identified"
05:54 omar approve
    refused: The phase is now identified since this was written. Read it again; “approve 4 sure” is your yes then.
05:55 omar approve {sure: true}
    approved given: 1, n: 4, need: 2
05:56 sam@comms approve {sure: true}
    approved given: 2, n: 4, need: 2
    promise-kept n: 3
    promised audience: "public", due: "06:50", n: 4
    published n: 4, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
