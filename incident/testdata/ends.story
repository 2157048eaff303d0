# Resolved without public words: nothing is owed.
05:30 kim declare {title: "people cannot save", severity: sev2}
    declared by: Kim, phase: "investigating", severity: "SEV2", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "06:00", n: 1
    promised audience: "stakeholders", due: "06:30", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:30", phase: "investigating", severity: "SEV2", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:30 UTC."
05:31 kim resolve
    phase from: "investigating", to: "resolved"
    promise-dropped n: 1, why: "resolved"
    promise-dropped n: 2, why: "resolved"
05:32 kim close
    phase from: "resolved", to: "closed"
05:33 kim show promises
    1 public due 06:00 dropped: resolved
    2 stakeholders due 06:30 dropped: resolved
05:34 kim reopen
    phase from: "closed", to: "investigating"
    promised audience: "public", due: "06:00", n: 3
    promised audience: "stakeholders", due: "06:35", n: 4
05:35 kim cancel {why: false alarm}
    phase from: "investigating", note: "false alarm", to: "cancelled"
    promise-dropped n: 3, why: "cancelled"
    promise-dropped n: 4, why: "cancelled"
05:36 kim cancel
    refused: INC-42 is cancelled. Type “reopen” to go on with it.
05:37 kim show incident
    INC-42 SEV2 cancelled since 05:30, led by , problems 0

# It fires again after the end: reopened, and somebody is paged.
05:40 alert:ApiErrorsHigh add {sign: {source: "alert:ApiErrorsHigh", text: "14 % errors"}}
    signed sign: {"source":"alert:ApiErrorsHigh","text":"14 % errors"}
    phase from: "cancelled", note: "14 % errors", to: "investigating"
    paged n: 2, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m", why: "again: 14 % errors"
    promised audience: "public", due: "06:00", n: 5
    promised audience: "stakeholders", due: "06:40", n: 6
05:41 alert:ApiErrorsHigh add {sign: {source: "alert:ApiErrorsHigh", text: "14 % errors", ended: true}}
    signed sign: {"source":"alert:ApiErrorsHigh","text":"14 % errors","ended":true}
05:42 kim show incident
    INC-42 SEV2 investigating since 05:30, led by , problems 0

# Absorbed: signs and start of another.
05:42 kim resolve
    phase from: "investigating", to: "resolved"
    promise-dropped n: 5, why: "resolved"
    promise-dropped n: 6, why: "resolved"
05:42 drumbeat:desk add {sign: {source: customers, text: a late ticket}}
    signed sign: {"source":"customers","text":"a late ticket"}
05:42 kim show incident
    INC-42 SEV2 resolved since 05:30, led by , problems 0
05:42 kim reopen
    phase from: "resolved", to: "investigating"
    promised audience: "public", due: "06:00", n: 7
    promised audience: "stakeholders", due: "06:45", n: 8
05:43 drumbeat:bot absorb {from: INC-41, title: export fails, since: 2019-10-02T05:10:00Z, signs: [{source: customers, text: export is empty}, {source: "alert:ApiErrorsHigh", text: more}]}
    absorbed from: "INC-41", signs: [{"source":"customers","text":"export is empty"},{"source":"alert:ApiErrorsHigh","text":"more"}], since: "05:10", title: "export fails"
    confirmed by: "two signs"
    promise-dropped n: 7, why: "moved"
    promised audience: "public", due: "05:53", n: 9
    proposed audience: "public", kind: "first", n: 2, next: "06:45", phase: "investigating", severity: "SEV2", text: "Since 05:10 UTC some people have problems with opening and saving. Next update by 06:45 UTC."
05:44 kim show incident
    INC-42 SEV2 investigating since 05:10, led by , problems 0

# Merged: work goes on elsewhere.
05:45 kim merge {into: main/incident/42, number: INC-42}
    refused: INC-42 cannot be merged into itself. Say into which: “merge 41”.
05:46 kim merge {into: main/incident/40, number: INC-40}
    merged into: "incident/40", number: "INC-40"
    promise-dropped n: 8, why: "merged"
    promise-dropped n: 9, why: "merged"
05:47 kim propose {audience: public, text: hello}
    refused: INC-42 was merged into INC-40: work goes on there.
05:47 kim reopen
    refused: INC-42 was merged into INC-40: work goes on there.
05:47 kim addnote {text: was the same}
    note at: "05:47", text: "was the same"
05:48 alert:ApiErrorsHigh add {sign: {source: "alert:ApiErrorsHigh", text: again}}
    signed sign: {"source":"alert:ApiErrorsHigh","text":"again"}
