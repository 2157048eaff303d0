package guard

import (
	"math"
	"regexp"
	"strings"
)

const (
	whySecret   = "This looks like a password, key or token. If it is one, change it now."
	whyInternal = "An internal name. Say what people see."
	whyAddress  = "A person's address. Nobody but that person gives it out."
	whyTicket   = "A number or link of our own tracker. Readers cannot use it."
	whyCustomer = "Names a customer. Who else is one is no reader's business."
)

func leak(rule Rule, why, re string) pattern {
	return pattern{rule: rule, re: regexp.MustCompile(re), why: why}
}

func leakBut(rule Rule, why, re, but string) pattern {
	return pattern{rule: rule, re: regexp.MustCompile(re), but: regexp.MustCompile(but), why: why}
}

const (
	// machines begin the names of hosts that somebody numbers.
	machines = `db|web|app|api|srv|server|node|worker|cache|redis|pg|postgres|mysql|mongo|kafka|lb|proxy|nginx|queue|mq|k8s|prod|staging|stage|bastion|gw|gateway|host|vm|shard|replica|master|primary|batch|cron|jenkins|etcd|consul|zk|memcached|rabbit|elastic|auth|billing|mail|smtp|storage|ci|rds|ec2`
	// desk may stand before a number that is everybody's to call; ours is what is.
	desk = `(?:\b(?:support|help|hot ?line|service|free ?phone|toll[- ]free|call cent(?:er|re)|switchboard|us)\b[^.!?\n]{0,40}?)?`
	ours = `(?i)^(?:support|help|hot ?line|service|free ?phone|toll|call cent|switchboard|us)|(?:\+1|\b1)[ .-]?\(?8(?:00|88|77|66|55|44|33)\b|\b0?080[08]\b`
	// coded are things that bear a code of their own.
	coded = `(?:flight|train|bus|line|route|road|gate|room|form|model|type|part|article|product|code|version|format|standard|level|size|aircraft)`
	// features are called after customers, and are none.
	features = `(?:Success|Support|Service|Care|Portal|Experience|Relations|Cent(?:er|re)|Hub|Data|Settings|Page|App|Team|Owner|Name|Number|Area|Login|Dashboard|Library|Manager|Secret|Version)`
	// tools are what only colleagues open.
	tools = `grafana|kibana|jenkins|wiki|confluence|admin|vpn|git|gitlab|prometheus|argocd|vault|consul|staging|intranet|internal|runbooks?|dev|backoffice`
)

// leaks block. Token shapes: docs.github.com (keyword "token formats"),
// docs.slack.dev/authentication/tokens, docs.stripe.com/keys, RFC 7519 (JWT),
// docs.aws.amazon.com/IAM (unique identifiers).
var leaks = []pattern{
	leak(Secret, whySecret, `\b(?:AKIA|ASIA|AGPA|AROA)[0-9A-Z]{12,}`),
	leak(Secret, whySecret, `\b(?:gh[pousr]_|github_pat_|glpat-|npm_|xox[a-z]-|xapp-|(?:sk|pk|rk)_(?:live|test)_|sk-|whsec_|AIza|ya29\.|SG\.)[\w.-]{8,}`),
	leak(Secret, whySecret, `\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?`),
	leak(Secret, whySecret, `(?i)\bbearer\s+([\w.~+/=-]{12,})`),
	leak(Secret, whySecret, `-----BEGIN [A-Z ]*(?:PRIVATE KEY|CERTIFICATE)-----`),
	leak(Secret, whySecret, `(?i)\b(?:pass(?:word|wd|phrase)?|pwd|pw|secret|(?:access |auth )?token|api[ _-]?key|credentials?)\s*(?:=|:=|:)\s*["']?[^\s"']{3,}`),
	leakBut(Secret, whySecret, `(?i)\b(?:password|passphrase|pwd|pw|api[ _-]?key|token)(?: [\w']+){0,4}? (?:is|was) (?:now )?["']?[^\s"']*[0-9@#$%^&*_][^\s"']*`, ` \d{1,3}$`),
	leak(Secret, whySecret, `(?i)\b(?:password|passphrase|passcode|pwd|pin) ([^\s]*(?:[a-z][^\s]*[0-9]|[0-9][^\s]*[a-z])[^\s]*)`),
	leak(Secret, whySecret, `\b[a-z][a-z0-9+]*://[^\s/:@]*:[^\s/@]+@\S+`),
	leak(Secret, whySecret, `(?i)[?&](?:token|key|sig|signature|secret|auth|x-amz-signature)=[^\s&]{6,}`),

	leakBut(Internal, whyInternal, `(?i)\b(?:[a-z0-9]+[-_])*(?:`+machines+`)(?:[-_][a-z]+)*[-_]\d{1,4}\b`, `(?i)^(?:web-?[123]|node-?\d\d|api-?\d)$`),
	leak(Internal, whyInternal, `\b(?:db|srv|lb|pg|mq|vm|redis|worker|cache|mysql|postgres|kafka|shard|proxy|host|prod|web0|app0)\d{1,4}\b`),
	leak(Internal, whyInternal, `\b[a-z][a-z0-9-]*-[a-f0-9]{8,10}-[a-z0-9]{5}\b`),
	leak(Internal, whyInternal, `(?i)\bip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}\b`),
	leak(Internal, whyInternal, `(?i)\b[a-z0-9][\w-]*(?:\.[\w-]+)*\.(?:internal|local|lan|corp|intranet|localdomain|svc|cluster|consul)\b(?::\d+)?`),
	leak(Internal, whyInternal, `(?i)\b[\w.-]+\.(?:compute|rds|elb|cache)\.amazonaws\.com\b`),
	leakBut(Internal, whyInternal, `(?i)(?:\b(?:version|v|release|firmware|build|driver|client|update|patch|app|agent|plugin)s?\s*)?\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b(?::\d+|/\d+)?`, `(?i)^[a-z]`),
	leak(Internal, whyInternal, `(?i)\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*::[0-9a-f:]*`),
	leak(Internal, whyInternal, `\blocalhost\b(?::\d+)?`),
	leak(Internal, whyInternal, `\b[a-z][a-z0-9.-]*:\d{4,5}\b\S*`),
	leak(Internal, whyInternal, `(?i)\bport \d{2,5}\b`),
	leak(Internal, whyInternal, `(?i)\bhttps?://(?:[\w-]+(?:[:/]|\s|$)|(?:`+tools+`)\.|[\w.-]+:\d{2,5})\S*`),
	leak(Internal, whyInternal, `(?:^|[\s"'(])(/(?:var|etc|home|usr|opt|srv|root|mnt|data|proc)/[\w./-]+)`),
	leak(Internal, whyInternal, `\b(?:s3|gs)://\S+|\barn:aws\S*`),
	leak(Internal, whyInternal, `(?i)\brm -[rf]{1,2}\b|\bkubectl\b|\bsudo\b|\b(?:systemctl|journalctl|redis-cli|psql|chmod|apt-get)\b|\bkill -9\b|\b(?:terraform|helm|ansible|docker|git) (?:apply|destroy|upgrade|rollback|exec|restart|push|revert|reset)\b|\b(?:drop|truncate|alter) table\b|\bdelete from\b`),
	leak(Internal, whyInternal, `(?i)\b(?:prod|k8s)\b|\b(?:our|the) (?:\w+ )?kubernetes\b|\b(?:our|the) (?:staging|pre-?prod\w*|qa|uat) (?:\w+ )?(?:cluster|environment|server|database|system|host)s?\b`),
	leak(Internal, whyInternal, `(?i)\b(?:db|redis|mysql|postgres|pg|kafka|mongo|lb)-(?:primary|secondary|replica|master|main|standby|cluster|node|reader?|writer?|old|new|eu|us)\w*\b`),
	leakBut(Internal, whyInternal, `\b(?i:host|server|machine|node|instance|box) ([a-z][a-z-]*\d+(?:[.-][\w.-]*\w)?)`, `(?i) v\d`),
	leak(Internal, whyInternal, `\b[\w.]*(?:NullPointer|NullReference|OutOfMemory|StackOverflow|IllegalState|IllegalArgument|ClassNotFound|ConcurrentModification)\w*|\b(?:Key|Type|Value|Attribute|Index|Name|Import|Runtime|Reference|Syntax|Assertion)Error\b|\bException in thread\b|\bTraceback\b|\bgoroutine \d+|\bpanic: |\bCannot read propert\w+|\b(?:on|in|at) line \d+ of\b|\b[Cc]ore dump\w*|\b[\w/-]+\.(?:py|rb|java|cpp|sql|conf)\b|\b[\w/-]+\.(?:go|rs|sh|js|ts|php):\d+|\b[Ss]egfault\w*|\b[Ss]tack ?trace\b|\bOOM\w*(?: killed)?\b`),

	leakBut(Address, whyAddress, `(?i)\b[\w.+%-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+`, `(?i)^(?:support|help|hello|hi|contact|status|security|press|privacy|sales|info|team|care|service|billing|abuse|legal)(?:\+\w+)?@`),
	leakBut(Address, whyAddress, `(?i)`+desk+`(?:^|[\s(:,])((?:\+|00)[1-9](?:[\s().-]{0,2}\d){7,14})\b`, ours),
	leakBut(Address, whyAddress, `(?i)`+desk+`(?:^|[\s:,])(\(?\d{3}\)?[ .-]\d{3}[.-]\d{4})\b`, ours),
	leakBut(Address, whyAddress, `(?i)`+desk+`(?:^|[\s(:,])(0\d{2,4}[ /-]\d{2,4}(?:[ -]?\d{2,4}){1,3})\b`, ours),
	leak(Address, whyAddress, `\b\d{1,5}(?:-\d+)? (?:[A-Z][\w.]* ){1,3}(?:Street|St\b|Avenue|Ave\b|Road|Rd\b|Boulevard|Blvd|Lane|Drive|Court|Square|Terrace|Plaza)`),
	leak(Address, whyAddress, `\b\pL+(?:straße|strasse|gasse|platz|allee) \d{1,4}\b`),
	leak(Address, whyAddress, `(?i)\bp\.? ?o\.? box \d+`),

	leakBut(Ticket, whyTicket, `(?:\b(?i:`+coded+`)s? |(?:^|[^\w-]))([A-Z][A-Z0-9]{1,9}-\d{1,6})\b`, `^(?i:`+coded+`)|(?:^|\W)(?:ISBN|EAN|UN|EN|UTF|SHA|MD|AES|RSA|ISO|RFC|IEC|DIN|CVE|CWE|COVID|UTC|GMT|HTTP|TLS|SSL|USB|MP|IPV|PCI|SOC|EC|WPA|OAUTH|GPT|F|WCAG|NIS)-\d+$`),
	leak(Ticket, whyTicket, `(?:^|[^\w&])(#\d+)\b`),
	leak(Ticket, whyTicket, `(?i)\b(?:ticket|case|jira|issue|bug|incident|change|PR|pull request|merge request|MR)s? (?:no\.? ?|number |nr\.? ?|id )?\d{2,}\b`),
	leakBut(Ticket, whyTicket, `(?i)\bcommit ([0-9a-f]{6,40})\b`, `(?i)commit [a-f]+$`),
	leak(Ticket, whyTicket, `(?i)\b(?:https?://)?[\w.-]*(?:zendesk\.com|atlassian\.net|linear\.app|jira\.[\w.]+|pagerduty\.com|app\.slack\.com|[\w-]+\.slack\.com|opsgenie\.com|sentry\.io|notion\.so|docs\.google\.com)\b\S*`),
	leak(Ticket, whyTicket, `(?i)\bSEV[- ]?\d\b|\b[Pp]0\b|\b(?:an?|as|is|priority) (P[1-4])\b`),

	leak(Customer, whyCustomer, `\b[A-Z][\w&-]*(?: [A-Z][\w&-]*)? (?:Corp\.?|Inc\.?|GmbH|Ltd\.?|LLC|S\.A\.|B\.V\.|Pty|Holdings?|& Co\.?|& Sons)(?:\W|$)`),
	leakBut(Customer, whyCustomer, `(?i:\b(?:our|a|one|the)(?: (?:biggest|largest|major|oldest|important|good|of our))* (?:customer|client|account)s?,? )([A-Z][a-z]\w+(?: [A-Z]\w+)?)`, features),
	leakBut(Customer, whyCustomer, `(?i:\b(?:customers?|clients?|accounts?)(?: like| such as| including| named| called|,)? )([A-Z][a-z]\w+(?: [A-Z]\w+)?)(?i: is| are| was| has| have| cannot| can't| lost| left| leaves| quit| sued| threat\w+| call\w*| complain\w*| and [A-Z])`, features),
}

var (
	longCode = regexp.MustCompile(`[A-Za-z0-9+/_=-]{20,}`)
	address  = regexp.MustCompile(`https?://\S+`)
)

// entropy finds long strings that nobody would type: keys, hashes, cookies. A
// link may hold one.
func entropy(f folded) []Finding {
	var out []Finding
	links := address.FindAllStringIndex(f.text, -1)
	for _, m := range longCode.FindAllStringIndex(f.text, -1) {
		linked := false
		for _, l := range links {
			linked = linked || m[0] >= l[0] && m[1] <= l[1]
		}
		if s := f.text[m[0]:m[1]]; !linked && strings.ContainsAny(s, "0123456789") && bits(s) > 3.2 {
			out = append(out, f.finding(Secret, m[0], m[1], whySecret))
		}
	}
	return out
}

// bits is the entropy of a string's characters: about 3 for a word, 4 and more
// for a key.
func bits(s string) float64 {
	var count [256]int
	for i := range len(s) {
		count[s[i]]++
	}
	sum := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(s))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}
