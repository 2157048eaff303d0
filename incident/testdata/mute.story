# A mute needs owner, reason and end.
05:00 maya alert/DiskSlow silence {for: 2h}
    refused: Say why: “mute <alert> 2h because the backfill is noisy”.
05:00 maya alert/DiskSlow silence {reason: noisy}
    refused: Say for how long (at most 30 days), or until which change ends: “mute <alert> CH-19 because …”.
05:00 maya alert/DiskSlow silence {for: 800h, reason: noisy}
    refused: A mute lasts 30 days at most: “mute <alert> 30d because …”. What needs more needs another threshold.
05:00 maya alert/DiskSlow silence {for: 2h, reason: noisy, change: "19"}
    refused: "19" is not a change. Changes are called CH-19; “changes” lists them.
05:00 maya alert/DiskSlow unmute
    refused: <alert> is not muted: it pages. “mute <alert> 2h because …” mutes it.
05:01 maya alert/DiskSlow silence {for: 2h, reason: the backfill is noisy}
    muted owner: "Maya", reason: "the backfill is noisy", until: "07:01"
      → main/alert/DiskSlow: expire {} at 2 Oct 07:01

# Silent while it is no wider than it was, loud when it is.
05:10 alert:am alert/DiskSlow receive {rule: DiskSlow, summary: disk slow, instances: [{fingerprint: a, firing: true}]}
    fired instances: [{"fingerprint":"a","firing":true}], rule: "DiskSlow", summary: "disk slow"
05:11 alert:am alert/DiskSlow receive {rule: DiskSlow, instances: [{fingerprint: a, firing: true}]}
    nothing
05:12 alert:am alert/DiskSlow receive {rule: DiskSlow, instances: [{fingerprint: b, firing: true}]}
    fired instances: [{"fingerprint":"b","firing":true}], raise: true, rule: "DiskSlow"
      → main/incident/new: declare {"service":"","severity":"","sign":{"source":"alert:DiskSlow","text":"disk slow","count":2,"at":"2019-10-02T05:12:00Z"},"since":"2019-10-02T05:10:00Z","title":"disk slow"}
05:13 drumbeat:bot alert/DiskSlow join {incident: main/incident/42}
    joined incident: "incident/42"

# Its end, by the clock: of an incident that heard of it, nobody knows here whether it is open, so it hears again.
06:00 drumbeat:timer alert/DiskSlow expire
    nothing
07:01 drumbeat:timer alert/DiskSlow expire
    mute-ended tell: true, why: "expired"
      → main/incident/42: add {"sign":{"source":"alert:DiskSlow","text":"disk slow","count":2,"at":"2019-10-02T07:01:00Z"}}
07:02 drumbeat:timer alert/DiskSlow expire
    nothing

# On a change: ends with it, and what fires in silence then is raised.
08:00 maya alert/QueueLong silence {reason: migration, change: CH-23}
    muted change: "CH-23", owner: "Maya", reason: "migration", until: "2019-11-01T08:00"
      → main/alert/QueueLong: expire {} at 1 Nov 08:00
      → main/change/23: attach {"rule":"QueueLong"}
08:01 alert:am alert/QueueLong receive {rule: QueueLong, instances: [{fingerprint: q, firing: true}]}
    fired instances: [{"fingerprint":"q","firing":true}], rule: "QueueLong"
08:02 drumbeat:bot alert/QueueLong endmute {change: CH-9}
    nothing
08:03 drumbeat:bot alert/QueueLong endmute {change: CH-23}
    mute-ended raise: true, why: "CH-23 ended"
      → main/incident/new: declare {"service":"","severity":"","sign":{"source":"alert:QueueLong","text":"QueueLong","count":1,"at":"2019-10-02T08:03:00Z"},"since":"2019-10-02T08:01:00Z","title":"QueueLong"}
08:04 drumbeat:bot alert/QueueLong endmute {change: CH-23}
    nothing
08:05 drumbeat:bot alert/QueueLong join {incident: main/incident/43}
    joined incident: "incident/43"

# By hand, with nothing firing; and expired without its timer when it fires.
09:00 maya alert/Cpu silence {for: 1h, reason: a test}
    muted owner: "Maya", reason: "a test", until: "10:00"
      → main/alert/Cpu: expire {} at 2 Oct 10:00
09:10 maya alert/Cpu unmute
    mute-ended why: "by hand"
09:11 maya alert/Cpu silence {for: 1h, reason: a test}
    muted owner: "Maya", reason: "a test", until: "10:11"
      → main/alert/Cpu: expire {} at 2 Oct 10:11
10:20 alert:am alert/Cpu receive {rule: Cpu, instances: [{fingerprint: c, firing: true}]}
    mute-ended why: "expired"
    fired instances: [{"fingerprint":"c","firing":true}], raise: true, rule: "Cpu"
      → main/incident/new: declare {"service":"","severity":"","sign":{"source":"alert:Cpu","text":"Cpu","count":1,"at":"2019-10-02T10:20:00Z"},"since":"2019-10-02T10:20:00Z","title":"Cpu"}
