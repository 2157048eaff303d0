# Whose yes counts, and for which words.
05:30 kim declare {title: "people cannot save", severity: sev1}
    declared by: Kim, phase: "investigating", severity: "SEV1", since: "05:30", title: "people cannot save"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
    promised audience: "public", due: "05:45", n: 1
    promised audience: "stakeholders", due: "06:00", n: 2
    proposed audience: "public", kind: "first", n: 1, next: "06:00", phase: "investigating", severity: "SEV1", text: "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
05:31 maya ack
    acknowledged by: Maya, lapses: "05:41", n: 1
    role person: Maya, role: "commander"
05:32 maya propose {audience: public, text: "Saving fails for some people."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "first", n: 2, next: "06:05", phase: "investigating", severity: "SEV1", text: "Saving fails for some people. Next update by 06:05 UTC."
05:32 maya show updates
    1 public first replaced "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
    2 public first proposed "Saving fails for some people. Next update by 06:05 UTC."
05:33 maya approve {n: 1}
    refused: Words 1 were replaced. “sent” shows what waits.
05:33 maya approve {n: 2}
    refused: You wrote these words: somebody else has to approve them. They type “approve 2”. In 9 min yours is enough, as you command.
05:41 maya approve {n: 2}
    refused: You wrote these words: somebody else has to approve them. They type “approve 2”. In 1 min yours is enough, as you command.
05:42 maya approve {n: 2}
    approved alone: true, n: 2
    promise-kept n: 1
    promise-kept n: 2
    promised audience: "public", due: "06:05", n: 3
    published n: 2, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
05:43 maya approve
    refused: No words wait for a yes. “update public <text>” writes some.

# Replaced by the author's newer words; somebody else's wait beside them.
05:50 maya propose {audience: public, text: "Saving fails still."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 3, next: "06:20", phase: "investigating", severity: "SEV1", text: "Saving fails still. Next update by 06:20 UTC."
05:51 maya propose {audience: public, text: "Saving still fails for some."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "news", n: 4, next: "06:25", phase: "investigating", severity: "SEV1", text: "Saving still fails for some. Next update by 06:25 UTC."
05:51 omar propose {audience: public, text: "Opening fails, too."}
    proposed audience: "public", author: "omar", author_name: "Omar", kind: "news", n: 5, next: "06:25", phase: "investigating", severity: "SEV1", text: "Opening fails, too. Next update by 06:25 UTC."
05:52 kim approve {n: 4}
    approved n: 4
    promise-kept n: 3
    promised audience: "public", due: "06:25", n: 4
    published n: 4, targets: [{"name":"page","state":"sent"}]
05:52 kim approve {n: 5}
    refused: Customers got newer words since this was written. Read it again; “approve 5 sure” is your yes then.
05:53 maya reject {n: 5, why: not true}
    rejected n: 5, why: "not true"
05:53 maya reject {n: 5}
    refused: Words 5 were rejected. “sent” shows what waits.

# Facts changed since it was written.
05:54 maya setphase {to: identified}
    phase from: "investigating", to: "identified"
05:55 omar approve {n: 4}
    refused: Nothing to do: Kim said yes, and it went out at 05:52 UTC. “correct 4 <text>” corrects it.
05:55 omar approve {n: 4, sure: true}
    refused: Nothing to do: Kim said yes, and it went out at 05:52 UTC. “correct 4 <text>” corrects it.
05:56 maya propose {audience: public, text: "We know why."}
    proposed audience: "public", author: "maya", author_name: "Maya", kind: "phase", n: 6, next: "06:30", phase: "identified", severity: "SEV1", text: "We know why. Next update by 06:30 UTC."
05:57 omar setseverity {severity: sev2}
    severity from: "SEV1", to: "SEV2"
05:58 omar approve
    refused: Severity is now SEV2 since this was written. Read it again; “approve 6 sure” is your yes then.
07:30 omar approve {sure: true}
    refused: These words promise an update by 06:30 UTC, and that no longer holds. Write them again: “update public <text>”.
07:31 maya show updates
    1 public first replaced "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
    2 public first published "Saving fails for some people. Next update by 06:05 UTC." · email shadowed · page sent · twitter queued
    3 public news replaced "Saving fails still. Next update by 06:20 UTC."
    4 public news published "Saving still fails for some. Next update by 06:25 UTC." · email shadowed · page sent
    5 public news rejected "Opening fails, too. Next update by 06:25 UTC."
    6 public phase proposed "We know why. Next update by 06:30 UTC."
07:32 maya approve {n: 99}
    refused: No words wait for a yes. “update public <text>” writes some.
07:32 maya reject
    rejected n: 6
07:32 maya correct {n: 3, text: "x"}
    refused: There are no public words 3 to correct. “sent” shows them.
07:32 maya correct {n: 2}
    refused: Say it right: “correct 2 <text>”.
07:33 maya correct {n: 2, text: "Saving fails for people in Europe."}
    proposed audience: "public", author: "maya", author_name: "Maya", corrects: 2, kind: "correction", n: 7, phase: "investigating", severity: "SEV2", text: "Saving fails for people in Europe."
07:34 omar approve
    approved n: 7
    published n: 7, targets: [{"name":"page","state":"sent"},{"name":"twitter","state":"queued"}]
07:35 maya show updates
    1 public first replaced "Since 05:30 UTC some people have problems with opening and saving. Next update by 06:00 UTC."
    2 public first published "Saving fails for some people. Next update by 06:05 UTC." · email shadowed · page sent · twitter queued
    3 public news replaced "Saving fails still. Next update by 06:20 UTC."
    4 public news published "Saving still fails for some. Next update by 06:25 UTC." · email shadowed · page sent
    5 public news rejected "Opening fails, too. Next update by 06:25 UTC."
    6 public phase rejected "We know why. Next update by 06:30 UTC."
    7 public correction published "Saving fails for people in Europe." · email shadowed · page sent · twitter queued
07:35 maya show promises
    1 public due 05:45 kept 05:42
    2 stakeholders due 06:00 kept 05:42
    3 public due 06:05 kept 05:52
    4 public due 06:25 open
