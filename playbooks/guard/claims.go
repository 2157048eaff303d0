package guard

import "regexp"

const (
	whyTime       = "Promises when it will be well. Say when the next words come."
	whyCause      = "Names a cause that nobody has verified yet."
	whyMinimizing = "Makes little of it. Say what does not work, and for whom."
)

func claim(rule Rule, why, re string) pattern {
	return pattern{rule: rule, re: regexp.MustCompile(`(?i)` + re), why: why}
}

func claimBut(rule Rule, why, re, but string) pattern {
	return pattern{rule: rule, re: regexp.MustCompile(`(?i)` + re), but: regexp.MustCompile(`(?i)` + but), why: why}
}

const (
	// well is a state that people wait for.
	well = `(?:fix(?:es|ed)?|back(?: up| online| to normal)?|restor(?:ed|e|ation)|resol(?:ved?|ution)|solved?|sorted|repaired|working|works?|up and running|online|available|recover(?:y|ed)?|done|over|finished|complete[d]?|ready|normal|up again|be up|running|gone|good|okay|ok|fine)`
	// span is how long, or until when.
	howLong = `(?:(?:about|around|roughly|approximately|approx\.?|less than|under|at most|the next|another|maybe|like|~) ?)*(?:a |an |one |two |three |four |five |ten |fifteen |twenty |thirty |half an |half a |a half |a few |a couple of |some |\d+(?:[.,]\d+)?(?:\s?(?:-|–|to)\s?\d+)? ?)(?:more )?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?|moments?)\b`
	until   = `(?:\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\.?|utc|gmt|[cp]e?[sd]?t|o'clock)|\d{1,2}:\d\d|noon|midnight|lunch(?:time)?|tonight|tomorrow|today|this (?:morning|afternoon|evening)|(?:the )?end of (?:the )?(?:day|hour|week)|eod|eob|cob|(?:mon|tues|wednes|thurs|fri|satur|sun)day|morning|evening)`
	when    = `(?:(?:with)?in (?:` + howLong + `|the (?:next )?(?:hour|minute|day|few (?:minutes|hours))\b|no time\b|a (?:jiffy|sec|second|minute|moment|bit|blink|heartbeat)\b|an? (?:half[ -])?hour)|(?:by|before|until|till|not later than|no later than|latest) (?:about |around )?` + until + `\b|tonight\b|tomorrow\b|(?:very |pretty |really )?(?:soon|shortly)\b|momentarily\b|any (?:minute|moment|second|time)(?: now)?\b|asap\b|a\.s\.a\.p\.?|(?:at|around) (?:about |around )?` + until + `\b)`
	// will: it is said of the future.
	will = `(?:will|should|shall|'ll|going to|gonna|expect(?:ed|s|ing)?|plan(?:ned)?|hope(?:fully)?|promise|aim(?:ing)?|estimat\w*|guarantee\w*|can be|could be|may be|might be|must be|to be|ought to)`
	// aboutWords: the time is that of words, or of what has been.
	aboutWords = `\b(?:updates?|news|inform\w*|words?|posts?|posting|hear|tell|reports?|review|write|writing|let you know|know more|details|share|follow-?up|was|were|has been|have been|had been|since|at least)\b`
)

// saysNext finds the sentence about the next words.
var saysNext = regexp.MustCompile(`(?i)\b(?:updates?|news|more|information|report|write|post)\b[^.!?\n]{0,60}?\b(?:(?:by|at|in|within|before|until) (?:` + until + `|` + howLong + `|the (?:next )?(?:hour|day)|\d|an hour|half an hour)|every ` + howLong + `|hourly|tomorrow|soon as)`)

// claims warns of what nobody can promise or has verified. Practice: the
// published guides of status page vendors tell the next update and no repair
// time, symptoms and no guess.
var claims = []pattern{
	claimBut(RepairTime, whyTime, `\b`+well+`\b[^.,;!?\n]{0,40}? `+when, aboutWords+`|\b(?:soon|shortly) after\b|\b(?:at|around) `+until+`$`),
	claimBut(RepairTime, whyTime, `\b`+will+`\b[^.,;!?\n]{0,40}?\b`+well+`\b[^.,;!?\n]{0,30}? `+when, aboutWords),
	claimBut(RepairTime, whyTime, `\b`+when+`,?(?: [\w']+){0,5}? (?:will|should|'ll|is|are|it's|we're)\b[^.,;!?\n]{0,30}?\b`+well+`\b`, aboutWords),
	claim(RepairTime, whyTime, `\beta\b`),
	claim(RepairTime, whyTime, `\b(?:back|fixed|up|online|solved|sorted|done) (?:very |real |really )?(?:soon|shortly|asap)\b`),
	claim(RepairTime, whyTime, `\b(?:(?:give us|we need|just|only)|(?:fix|repair|recovery|this|that|it will|it'll|it should|it could)(?:\w| will| should| may| might| could)* takes?|it'll take|it will take) `+howLong+`(?: more)?`),
	claim(RepairTime, whyTime, `\b(?:back|up|fix|fixed|coming|ready|done|ok|okay|fine) (?:coming )?in (?:\d{1,2}\b|a few\b|another )|\b\d{1,2} more (?:m|mins?|minutes?|hours?|h)\b`),
	claim(RepairTime, whyTime, `\b`+howLong+` (?:left|to go|tops|max)\b`),
	claim(RepairTime, whyTime, `\b(?:won't|will not|shouldn't|should not|can't) (?:be|take)(?: too| very| that)? long\b|\bnot (?:be )?long now\b`),
	claim(RepairTime, whyTime, `\b(?:almost|nearly) (?:there|done|fixed|solved|back|finished)\b`),
	claim(RepairTime, whyTime, `\bwe (?:promise|guarantee)\b|\bi promise\b|\bwill never happen again\b|\bnever again\b|\b100 ?%(?: sure| certain| safe)?`),

	claimBut(Cause, whyCause, `\b(?:because(?: of)?|due to|caused by|owing to|thanks to|as a result of|resulting from|stems? from|triggered by)(?: [^\s.,;!?]+){0,3}`, `^thanks to (?:you|every|all|those)`),
	claim(Cause, whyCause, `\b(?:an?|the|this|our|some|nasty|stupid|another) (?:\w+ )?bugs? in(?: [^\s.,;!?]+){1,3}`),
	claim(Cause, whyCause, `\b(?:by|with) (?:an?|the|our|yesterday's|today's|last night's) (?:bad |broken |faulty |failed |recent |new |botched )*(?:deploy\w*|release|migration|config\w*(?: change)?|update to|upgrade|rollout|commit|change)\b`),
	claim(Cause, whyCause, `\b(?:bad|broken|faulty|failed|botched|buggy) (?:deploy\w*|release|migration|config\w*|upgrade|rollout|commit|code|query|patch)\b`),
	claimBut(Cause, whyCause, `\b(?:the |root )*(?:cause|culprit|reason|problem) (?:is|was|seems|appears|turned out)(?: [^\s.,;!?]+){0,4}`, `\b(?:not|un\w+|still|being|under|yet|investigat\w*|gone|over|resolved|fixed|ongoing|affecting|limited|solved|with|back)\b`),
	claim(Cause, whyCause, `\bwe (?:think|believe|suspect|guess|assume|bet|reckon)(?: [^\s.,;!?]+){0,3}|\b(?:i|my) guess\b|\bprobably\b|\bmost likely\b|\bpresumably\b|\bseems like\b|\bapparently\b`),
	claim(Cause, whyCause, `\b(?:we|you|they)(?: have|'ve| were| got| are| are being|'re being|'re| may have)* (?:been )?(?:hacked|breached|attacked|ddosed|under attack|compromised|pwned)\b|\bddos(?: attack)?\b|\bhackers?\b|\bransomware\b`),
	claim(Cause, whyCause, `\bturn(?:s|ed) out\b(?: [^\s.,;!?]+){0,4}|\brace condition\b|\bit(?:'s| is| was)(?: always| again| just| only| all)? (?:dns\b|the (?:database|db|network|cache|load balancer|firewall|cloud)\b)`),
	claim(Cause, whyCause, `\b(?:ran|run|running) out of (?:disk|memory|space|storage|money|connections)\b|\bdisk(?:s)? (?:is|are|was|were)? ?full\b|\bmemory leak\b|\bexpired (?:certificate|cert)\b|\bforgot to renew\b`),

	claimBut(Minimizing, whyMinimizing, `\b(?:only|just|merely|barely) (?:a (?:few|couple|handful|tiny|small|minor|little|fraction)|some|few|minor|small|\d+ ?%|\d+|one or two|a)(?: (?:of|our|users?|people|customers?|hiccup|glitch|blip|bug|issue|problem|percent))*`, `(?:only|just) (?:a|\d+)$`),
	claim(Minimizing, whyMinimizing, `\b(?:hiccups?|blips?|glitch(?:es|y)?|hickups?|snafu|gremlins?|kinks?)\b`),
	claim(Minimizing, whyMinimizing, `\b(?:tiny|minor|little|small|slight) (?:hiccup|issue|problem|bug|inconvenience|outage|snag|incident)\b`),
	claim(Minimizing, whyMinimizing, `\b(?:not|no|isn't|hardly|nothing)(?: a| that| such a| really a| so)* (?:big|bad|huge) (?:a )?(?:deal|problem|issue)?|\bnothing to (?:worry|see|panic)\b|\bno (?:need to|reason to) (?:panic|worry)\b|\b(?:don't|do not) (?:panic|worry|freak)\b|\bcalm down\b|\bchill\b|\brelax\b`),
	claim(Minimizing, whyMinimizing, `\b(?:whin(?:e|es|ing|ers?)|moan(?:ing|ers?)?|cry ?bab(?:y|ies)|overreact\w*|complain(?:s|ing|ers?)?|nagging|drama)\b`),
	claim(Minimizing, whyMinimizing, `\b(?:nobody|no ?one|hardly anyone|few people)(?: will| would| even| really)* (?:notic\w+|cares?|uses?|affected)\b`),
}
