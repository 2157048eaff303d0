# Fires, is raised once, is joined, grows tenfold, resolves.
05:30 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, service: api, severity: SEV1, summary: "API errors 14 %", instances: [{fingerprint: a, firing: true, since: 2019-10-02T05:28:00Z}]}
    fired instances: [{"fingerprint":"a","firing":true,"since":"05:28"}], raise: true, rule: "ApiErrorsHigh", service: "api", severity: "SEV1", summary: "API errors 14 %"
      → main/incident/new: declare {"service":"api","severity":"SEV1","sign":{"source":"alert:ApiErrorsHigh","text":"API errors 14 %","count":1,"at":"2019-10-02T05:30:00Z"},"since":"2019-10-02T05:28:00Z","title":"API errors 14 %"}
05:30:10 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, service: api, instances: [{fingerprint: b, firing: true}]}
    fired instances: [{"fingerprint":"b","firing":true}], rule: "ApiErrorsHigh", service: "api"
05:30:20 drumbeat:bot alert/ApiErrorsHigh join {incident: main/incident/42}
    joined incident: "incident/42"
05:30:20 drumbeat:bot alert/ApiErrorsHigh join {incident: main/incident/42}
    nothing
05:31 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, service: api, open: main/incident/42, instances: [{fingerprint: a, firing: true}, {fingerprint: b, firing: true}]}
    nothing
05:32 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, service: api, open: main/incident/42, instances: [{fingerprint: c, firing: true}, {fingerprint: d, firing: true}, {fingerprint: e, firing: true}, {fingerprint: f, firing: true}, {fingerprint: g, firing: true}, {fingerprint: h, firing: true}, {fingerprint: i, firing: true}, {fingerprint: j, firing: true}]}
    fired instances: [{"fingerprint":"c","firing":true},{"fingerprint":"d","firing":true},{"fingerprint":"e","firing":true},{"fingerprint":"f","firing":true},{"fingerprint":"g","firing":true},{"fingerprint":"h","firing":true},{"fingerprint":"i","firing":true},{"fingerprint":"j","firing":true}], open: "incident/42", rule: "ApiErrorsHigh", service: "api", tell: true
      → main/incident/42: add {"sign":{"source":"alert:ApiErrorsHigh","text":"API errors 14 %","count":10,"at":"2019-10-02T05:32:00Z"}}
05:33 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, service: api, open: main/incident/42, instances: [{fingerprint: k, firing: true}]}
    fired instances: [{"fingerprint":"k","firing":true}], open: "incident/42", rule: "ApiErrorsHigh", service: "api"
05:34 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, open: main/incident/42, instances: [{fingerprint: zz, firing: false}, {fingerprint: a, firing: false}]}
    resolved instances: [{"fingerprint":"a","firing":false}]
05:35 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, open: main/incident/42, instances: [{fingerprint: b}, {fingerprint: c}, {fingerprint: d}, {fingerprint: e}, {fingerprint: f}, {fingerprint: g}, {fingerprint: h}, {fingerprint: i}, {fingerprint: j}, {fingerprint: k}]}
    resolved instances: [{"fingerprint":"b","firing":false},{"fingerprint":"c","firing":false},{"fingerprint":"d","firing":false},{"fingerprint":"e","firing":false},{"fingerprint":"f","firing":false},{"fingerprint":"g","firing":false},{"fingerprint":"h","firing":false},{"fingerprint":"i","firing":false},{"fingerprint":"j","firing":false},{"fingerprint":"k","firing":false}]
      → main/incident/42: add {"sign":{"source":"alert:ApiErrorsHigh","text":"API errors 14 %","at":"2019-10-02T05:35:00Z","ended":true}}

# Fires again: the incident that is still open hears of it; once it is closed, another is raised.
05:40 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, open: main/incident/42, instances: [{fingerprint: a, firing: true}]}
    fired instances: [{"fingerprint":"a","firing":true}], open: "incident/42", rule: "ApiErrorsHigh", tell: true
      → main/incident/42: add {"sign":{"source":"alert:ApiErrorsHigh","text":"API errors 14 %","count":1,"at":"2019-10-02T05:40:00Z"}}
05:50 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, seen: main/incident/42, instances: [{fingerprint: a, firing: true}]}
    fired instances: [{"fingerprint":"a","firing":true}], raise: true, rule: "ApiErrorsHigh"
      → main/incident/new: declare {"service":"","severity":"","sign":{"source":"alert:ApiErrorsHigh","text":"API errors 14 %","count":1,"at":"2019-10-02T05:50:00Z"},"since":"2019-10-02T05:40:00Z","title":"API errors 14 %"}
# The one that was raised is not known for a minute: it is asked for again.
05:50:30 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, instances: [{fingerprint: a, firing: true}]}
    nothing
05:51 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, instances: [{fingerprint: a, firing: true}]}
    fired instances: [{"fingerprint":"a","firing":true}], raise: true, rule: "ApiErrorsHigh"
      → main/incident/new: declare {"service":"","severity":"","sign":{"source":"alert:ApiErrorsHigh","text":"API errors 14 %","count":1,"at":"2019-10-02T05:51:00Z"},"since":"2019-10-02T05:40:00Z","title":"API errors 14 %"}
05:52 drumbeat:courier alert/ApiErrorsHigh settle {result: gave-up, delivery: main/alert/ApiErrorsHigh/9/raise, to: bot, action: declare, attempt: 5, problem: no playbook}
    gave-up action: "declare", attempt: 5, delivery: "alert/ApiErrorsHigh/9/raise", problem: "no playbook", to: "bot"
      → main/alert/ApiErrorsHigh: insist {} at 2 Oct 05:57
05:56 drumbeat:timer alert/ApiErrorsHigh insist
    fired raise: true, rule: "ApiErrorsHigh"
      → main/incident/new: declare {"service":"","severity":"","sign":{"source":"alert:ApiErrorsHigh","text":"API errors 14 %","count":1,"at":"2019-10-02T05:56:00Z"},"since":"2019-10-02T05:40:00Z","title":"API errors 14 %"}
# It resolves before the incident is known: the incident hears when it is.
05:53 alert:am alert/ApiErrorsHigh receive {rule: ApiErrorsHigh, instances: [{fingerprint: a}]}
    resolved instances: [{"fingerprint":"a","firing":false}]
05:54 drumbeat:bot alert/ApiErrorsHigh join {incident: main/incident/43}
    joined incident: "incident/43"
      → main/incident/43: add {"sign":{"source":"alert:ApiErrorsHigh","text":"API errors 14 %","at":"2019-10-02T05:54:00Z","ended":true}}
05:55 drumbeat:courier alert/ApiErrorsHigh settle {result: gave-up, delivery: main/alert/ApiErrorsHigh/9/raise, to: bot, action: declare, attempt: 5, problem: no playbook}
    gave-up action: "declare", attempt: 5, delivery: "alert/ApiErrorsHigh/9/raise", problem: "no playbook", to: "bot"
05:56 drumbeat:timer alert/ApiErrorsHigh insist
    nothing

# A look-up from before it joined an incident raises no second one.
06:00 alert:am alert/Disk receive {rule: Disk, instances: [{fingerprint: a, firing: true}]}
    fired instances: [{"fingerprint":"a","firing":true}], raise: true, rule: "Disk"
      → main/incident/new: declare {"service":"","severity":"","sign":{"source":"alert:Disk","text":"Disk","count":1,"at":"2019-10-02T06:00:00Z"},"since":"2019-10-02T06:00:00Z","title":"Disk"}
06:00:05 drumbeat:bot alert/Disk join {incident: main/incident/44}
    joined incident: "incident/44"
06:00:06 alert:am alert/Disk receive {rule: Disk, instances: [{fingerprint: b, firing: true}]}
    fired instances: [{"fingerprint":"b","firing":true}], open: "incident/44", rule: "Disk"
