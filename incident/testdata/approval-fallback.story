# Nobody answers: the fallback's yes counts after five minutes, the commander's
# is enough after ten.
05:30 kim declare {title: "people cannot save", severity: sev1, policy: {severities: [{name: SEV1, room: channel, first_words: 15m, every: {investigating: 30m, identified: 30m}}, {name: SEV2, room: channel, first_words: 30m, every: {investigating: 1h}}], approval: {by: [sam], fallback: [priya, "group:duty"], fallback_after: 5m, alone_after: 10m}, ladder: [], next_words: "", first_words: "", resolved_words: "", retracted_words: "", ask_confirmation: 10m, pages_again: 0s}}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    promised audience: "public", due: "05:45", n: 1
05:31 omar assign {role: commander, person: {handle: omar, name: Omar}}
    role person: Omar, role: "commander"
05:32 omar propose {audience: public, text: "Saving fails for some people."}
    proposed audience: "public", author: "omar", author_name: "Omar", kind: "first", n: 1, next: "06:05", phase: "investigating", severity: "SEV1", text: "Saving fails for some people."
05:33 priya approve
    refused: Your yes counts in 4 min, if none of those who are asked (sam) has answered by then.
05:34 omar approve
    refused: You wrote these words: somebody else has to approve them (sam). They type “approve 1”. In 8 min yours is enough, as you command.
05:36:59 dana@duty approve
    refused: Your yes counts in 1 min, if none of those who are asked (sam) has answered by then.
05:37 maya approve
    refused: You are not among those who approve words for customers (sam). Ask one of them to type “approve 1”.
05:37 dana@duty approve
    approved n: 1
    promise-kept n: 1
    promised audience: "public", due: "06:05", n: 2
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:40 omar propose {audience: public, text: "Saving still fails."}
    proposed audience: "public", author: "omar", author_name: "Omar", kind: "news", n: 2, next: "06:10", phase: "investigating", severity: "SEV1", text: "Saving still fails."
05:49 omar approve
    refused: You wrote these words: somebody else has to approve them (sam). They type “approve 2”. In 1 min yours is enough, as you command.
05:50 omar approve
    approved alone: true, n: 2
    promise-kept n: 2
    promised audience: "public", due: "06:10", n: 3
    published n: 2, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:55 maya propose {audience: public, text: "Saving works for most."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 3, next: "06:25", phase: "investigating", severity: "SEV1", text: "Saving works for most."
05:56 omar reject {why: "not yet"}
    rejected n: 3, why: "not yet"
06:20 omar approve
    refused: No words wait for a yes. “update public <text>” writes some.
