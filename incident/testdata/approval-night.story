# At night, who is alone lets his own words go at once; not by day, and not when
# anybody else takes part. (The guard reads them before: that is the desk's.)
02:10 alert:ApiErrorsHigh declare {title: "people cannot save", severity: sev1, sign: {source: "alert:ApiErrorsHigh"}, policy: {severities: [{name: SEV1, room: channel, first_words: 15m, every: {investigating: 30m, identified: 30m}}, {name: SEV2, room: channel, first_words: 30m, every: {investigating: 1h}}], approval: {by: [sam], alone_after: 10m, night: {from: "22:00", to: "07:00"}}, ladder: [], next_words: "", first_words: "", resolved_words: "", retracted_words: "", ask_confirmation: 10m, pages_again: 0s}}
    declared phase: "triage", severity: "SEV1", sign: {"source":"alert:ApiErrorsHigh"}, since: "02:10", title: "people cannot save"
02:12 maya ack
    acknowledged by: Maya, n: 0
    role person: Maya, role: "commander"
    phase from: "triage", to: "investigating"
    promised audience: "public", due: "02:25", n: 1
02:14 maya propose {audience: public, text: "Saving fails for some people."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "first", n: 1, next: "02:45", phase: "investigating", severity: "SEV1", text: "Saving fails for some people."
02:14 maya approve
    refused: You wrote these words: somebody else has to approve them (sam). They type “approve 1”. In 10 min yours is enough, as you command.
02:14 maya approve {local: "09:14"}
    refused: You wrote these words: somebody else has to approve them (sam). They type “approve 1”. In 10 min yours is enough, as you command.
02:14 maya approve {local: "02:14"}
    approved alone: true, n: 1
    promise-kept n: 1
    promised audience: "public", due: "02:45", n: 2
    published n: 1, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
02:20 maya propose {audience: public, text: "Saving fails still."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 2, next: "02:50", phase: "investigating", severity: "SEV1", text: "Saving fails still."
02:21 omar join
    joined by: Omar
02:21 maya approve {local: "02:21"}
    refused: You wrote these words: somebody else has to approve them (sam). They type “approve 2”. In 9 min yours is enough, as you command.
