# With a list of approvers: only they, or the commander after ten minutes of silence.
05:30 kim declare {title: "people cannot save", severity: sev1, policy: {severities: [{name: SEV1, room: channel, first_words: 15m, every: {investigating: 30m}}], approval: {by: [sam, dana], alone_after: 10m}, ladder: [], next_words: "", first_words: "", resolved_words: "", retracted_words: "", ask_confirmation: 10m, pages_again: 0s}}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    promised audience: "public", due: "05:45", n: 1
05:31 omar assign {role: commander, person: {handle: omar, name: Omar}}
    role person: Omar, role: "commander"
05:32 omar propose {audience: public, text: "Saving fails."}
    proposed audience: "public", author: "omar", author_name: "Omar", kind: "first", n: 1, next: "06:05", phase: "investigating", severity: "SEV1", text: "Saving fails."
05:33 omar approve
    refused: You wrote these words: somebody else has to approve them (sam or dana). They type “approve 1”. In 9 min yours is enough, as you command.
05:34 maya approve
    refused: You are not among those who approve words for customers (sam or dana). Ask one of them to type “approve 1”.
05:35 sam approve
    approved n: 1
    promise-kept n: 1
    promised audience: "public", due: "06:05", n: 2
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:36 maya propose {audience: public, text: "Saving fails, still."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 2, next: "06:10", phase: "investigating", severity: "SEV1", text: "Saving fails, still."
05:45 omar approve
    refused: You are not among those who approve words for customers (sam or dana). Ask one of them to type “approve 2”. In 1 min yours is enough, as you command.
05:46 omar approve
    approved alone: true, n: 2
    promise-kept n: 2
    promised audience: "public", due: "06:10", n: 3
    published n: 2, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
