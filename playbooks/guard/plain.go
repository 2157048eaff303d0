package guard

const (
	whyAbsolute = "Nobody can know that for ever, or for everybody. Say what you know."
	whyJargon   = "A word of the trade. Say what people see."
)

const (
	// wholly makes a claim of what is only likely.
	wholly = `(?:completely|totally|perfectly|absolutely|entirely|fully|100 ?(?:%|per ?cent)|always|guaranteed)`
	// denied is what a reader fears most.
	denied = `(?:impact|effects?|risk|danger|loss|harm|way|chance|possibility|data loss)`
)

// plain warns of what says more than anybody knows, and of what only colleagues
// understand.
var plain = []pattern{
	claim(Absolute, whyAbsolute, `\b(?:we|i) (?:can |hereby |do )?(?:promise|guarantee|assure you|swear|vow)\b`),
	claim(Absolute, whyAbsolute, `\b(?:(?:will|can|could|shall|does|do)(?: not|n't| never)|cannot|can't|won't) (?:ever )?(?:happen|occur|go wrong) (?:again|anymore|any more|twice)\b|\bnever (?:happens?|occurs?|comes?) (?:again|back)\b|\b(?:will|can) never happen\b|\bnever again\b|\bnever will(?: be)?\b|\b(?:was|is|be) the last time\b`),
	claim(Absolute, whyAbsolute, `\b(?:it|this|that|problem|issue|error|fault)s? (?:(?:will|can|could|does|do)(?: not|n't| never)|cannot|can't|won't) (?:ever )?(?:come back|recur|return)\b|\b(?:was|were|is|are|has been|have been) never (?:at risk|in danger|affected|exposed|lost|accessible|touched|compromised)\b`),
	claim(Absolute, whyAbsolute, `\b`+wholly+` (?:safe|secure|sure|certain|reliable|available|impossible|stable|confident|protected|bug-?free|unaffected)\b|\bwith absolute certainty\b|\bthat(?:'s| is) (?:certain|for sure)\b|\bfor certain\b|\bguaranteed (?:to|that)\b|\b(?:are|is) (?:now |hereby )?ruled out\b|\b(?:our|my) word (?:that|on)\b|\bhappen(?:s)? a second time\b|\bwithout (?:any|a) doubt\b|\bbeyond (?:any )?doubt\b`),
	claim(Absolute, whyAbsolute, `\b(?:absolutely|definitely|certainly|simply|guaranteed) (?:no|none|nothing|nobody|not|zero)\b|\bzero (?:\w+ )?`+denied+`\b|\bno (?:possible )?(?:way|chance|possibility) (?:that|for|to|of)\b|\bimpossible (?:that|for any)\b|\brest assured\b|\b(?:no doubt|whatsoever|under no circumstances|beyond question)\b|\bnever (?:loses?|fails?|goes? down)\b|\b(?:nobody|no one) (?:could|can) (?:possibly )?have\b|\bwe(?:'re| are| can be) (?:\w+ )?(?:certain|sure|positive|convinced) (?:that )?(?:no|nothing|nobody|none|all|every|your)\b|\beliminated (?:any|every|all)\b|\b(?:cannot|can't|could not) (?:possibly|be hacked)\b`),
	claim(Absolute, whyAbsolute, `\b(?:once and for all|for good now|(?:fixed|gone|solved|over|resolved) (?:for good|forever|for ever)|safe (?:for ever|forever)|nothing to fear|in no case|at no time|permanently (?:eliminated|fixed|solved|resolved)|no matter what|whatever happens)\b`),
	claim(Absolute, whyAbsolute, `\b(?:un(?:hackable|breakable|sinkable)|bullet ?proof|foolproof|fail-?safe)\b`),

	claim(Jargon, whyJargon, `\bp(?:50|75|90|95|99|999)s?\b|\b(?:4|5)xx\b|\b(?:qps|rps|iops|slos?|slis?|mttr|rca|sres?|lbs?|oncall)\b|\btail latenc\w+|\b(?:packet loss|daemons?|resolvers?|health ?checks?|flapping|websockets?|handshakes?|key-value|k-?v store|i/o|dr site|50\ds)\b|\bfrom upstream\b|\bupstreams\b|\bthreads? (?:are|is) (?:blocked|stuck|hung)\b|\bon the (?:primary|master|replica|slave|standby|secondary)\b|\bthe vms?\b`),
	claim(Jargon, whyJargon, `\b(?:the|our|all|most|some|several|many|of|on) (?:\w+ )?(pods|ingress(?:es)?|nodes|replicas?|shards|heap|brokers?|sidecars?|daemonsets?|namespaces?|back-?ends?)\b|\b(?:wrong|a) pod\b`),
	claimBut(Jargon, whyJargon, `\b(?:our|the) (?:\w+ )?(?:kafka|rabbitmq|postgres(?:ql)?|mysql|redis|elasticsearch|cassandra|mongo(?:db)?|consul|vault)(?: \w+)?|\b(?:nginx|haproxy|envoy|rabbitmq|zookeeper|etcd|memcached|istio|kubelet)\b`, `(?:hosting|integrations?|connectors?|sources?|add-?ons?|imports?|plugins?)$`),
	claim(Jargon, whyJargon, `\bpods (?:are|were|keep|get|have|restart\w*)\b|\b(?:cpu|memory|i/?o) (?:load|saturation|pressure|usage|starvation|spikes?|exhaustion|contention|throttling|utili[sz]ation)\b`),
	claim(Jargon, whyJargon, `\b(?:fail(?:ed|ing|s)?[ -]?over|split[ -]brain|quorum|deadlock(?:s|ed)?|live ?lock|back ?pressure|thundering herd|cache (?:invalidation|stampede|miss(?:es)?|eviction)|crash ?-?loop\w*|cold starts?|garbage collect\w*|gc pauses?|(?:connection|thread|worker) pools?|thread starvation|circuit breakers?|rate limiter|replication lag|replica lag|blast radius|noisy neighbou?r|idempoten\w+|mutex|semaphore|memory leaks?|tech(?:nical)? debt|hot ?fix(?:es|ed)?|hot ?patch\w*|canary (?:deploy\w*|release|build|rollout)|on (?:the|a) canar(?:y|ies)|(?:tls|ssl) termination|helm charts?|consumer lag|event streams?|edge prox(?:y|ies)|object store|blue[ -]green|redeploy\w*|re-?index(?:ed|ing)|(?:ci|build|deployment|data) pipelines?|query (?:plan\w*|optimi[sz]er)|slow quer(?:y|ies)|ttls?|nat gateways?|vpcs?|iam roles?|middleware|monolith|war room|observability|telemetry|feature flags?|cherry-?pick\w*|cron ?jobs?|microservices?|load ?balancers? (?:rule|pool)s?|autoscal\w+|availability zones?|message (?:broker|bus)|event bus|dead[ -]letter queue|primary (?:replica|node)|kernel panic|hypervisor|bgp|schema migration|stale reads?|write[ -]ahead|leader election|post-?mortem)\b`),
	claim(Jargon, whyJargon, `\b(?:flush(?:ed|ing)?|purg(?:e|ed|ing)|invalidat(?:e|ed|ing)|warm(?:ed|ing)?) (?:up )?(?:the|our|all) (?:\w+ )?caches?\b|\bdrain(?:ed|ing|s)? (?:the|our|all|an?|some) (?:\w+ ){0,3}(?:nodes?|zones?|regions?|traffic|hosts?|servers?|queues?)\b|\b(?:re)?provision(?:ed|ing)? \w+|\breads? (?:is|are) stale\b`),
}
