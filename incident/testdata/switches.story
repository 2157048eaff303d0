# Modes and the hold on everything.
05:00 maya control/main setmode {far_end: twitter, mode: loud, known: {twitter: shadow}}
    refused: There is no mode "loud". Take off, shadow or live.
05:00 maya control/main setmode {far_end: x, mode: live, known: {twitter: shadow, email: "off"}}
    refused: There is no public far end "x". Configured are: email, twitter.
05:00 maya control/main setmode {far_end: x, mode: live}
    refused: There is no public far end "x". Configured are: none.
05:00 maya control/main setmode {far_end: twitter, mode: shadow, known: {twitter: shadow}}
    refused: twitter is shadow already: nothing to do.
05:00 maya control/main setmode {far_end: twitter, mode: live, known: {twitter: shadow}}
    mode far_end: "twitter", mode: "live", was: "shadow"
05:01 maya control/main releaseall
    refused: Not all words are on hold. “release” in an incident’s channel ends the hold of that one.
05:01 drumbeat:x control/main releaseall
    nothing
05:02 maya control/main holdall {why: legal}
    held why: "legal"
05:02 omar control/main holdall
    nothing
05:03 maya control/main show state
    {Seq:2 Modes:map[twitter:live] Held:true HeldBy:Maya HeldAt:2019-10-02 05:02:00 +0000 UTC Why:legal}
05:04 omar control/main releaseall {open: [main/incident/42, main/incident/43]}
    released open: ["incident/42","incident/43"]
      → main/incident/42: release {}
      → main/incident/43: release {}
05:05 drumbeat:courier control/main settle {result: gave-up, delivery: main/control/main/1/x, to: slack, action: dm, attempt: 1}
    gave-up action: "dm", attempt: 1, delivery: "control/main/1/x", to: "slack"
