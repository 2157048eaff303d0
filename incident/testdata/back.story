# Whoever was silent until the ladder went on has it again as soon as he does anything; the next one is stood down.
05:30 kim declare {title: "people cannot save", severity: sev1}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:00", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:00", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
05:31 maya ack
    acknowledged by: Maya, lapses: "05:41", n: 1
    role person: Maya, role: "commander"
05:41 drumbeat:timer checkack {page: 1}
    ack-questioned by: Maya, n: 1, until: "05:43"
05:43 drumbeat:timer checkack {page: 1, asked: true}
    paged n: 1, people: [Omar,Priya], rung: 1, silent: [Maya], wait: "5m"
05:44 kim addnote {text: "looking too"}
    note at: "05:44", text: "looking too"
05:45 maya addnote {text: "was in the tunnel"}
    note at: "05:45", text: "was in the tunnel"
    acknowledged by: Maya, lapses: "05:55", n: 1
05:46 maya addnote {text: "rolling back"}
    note at: "05:46", text: "rolling back"

# What a person escalated rings until somebody answers, whatever else he types.
05:50 maya escalate
    paged n: 1, people: [Maya], rung: 0, silent: [Maya,Omar,Priya], wait: "5m"
05:51 maya addnote {text: "need more hands"}
    note at: "05:51", text: "need more hands"
05:52 omar ack
    acknowledged by: Omar, lapses: "06:02", n: 1
