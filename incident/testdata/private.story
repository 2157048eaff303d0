# Nothing about a private incident becomes public.
05:30 kim declare {title: "customer list visible", severity: sev1, private: true}
    declared by: Kim, phase: "investigating", private: true, severity: "SEV1", since: "05:30", title: "customer list visible"
    paged n: 1, people: [Maya], rung: 0, rungs: [{"people":[Maya],"wait":"5m"},{"people":[Omar,Priya],"wait":"5m"}], wait: "5m"
05:31 maya ack
    acknowledged by: Maya, lapses: "05:41", n: 1
    role person: Maya, role: "commander"
05:32 maya propose {audience: public, text: "x"}
    refused: INC-42 is private: nothing about it becomes public. “update <text>” tells the responders.
05:33 maya resolve
    phase from: "investigating", to: "resolved"
05:34 maya show card
    {"number":"INC-42","title":"customer list visible","severity":"SEV1","phase":"resolved","private":true,"since":"2019-10-02T05:30:00Z","ended":"2019-10-02T05:33:00Z","commander":"Maya","members":["kim","maya"]}
