package guard

import (
	"regexp"
	"slices"
)

const (
	whyTime   = "Promises when it will be well. Say when the next words come."
	whyShould = "Supposes that it is well. Look, and say what works again."
)

const (
	// well is a state that people wait for.
	well = `(?:fix(?:es|ed)?|back(?: up| online| to normal)?|able to|resum(?:es?|ed|ption)|returns?(?: to (?:service|normal))?|solution|live|(?:can|could|able to) (?:\w+ ){1,4}again|restor(?:ed|e|ation)|resol(?:ved?|ution)|solved?|sorted|repaired|working|works|(?:will|should|can|to) work|work again|up and running|online|available|recover(?:y|ed)?|done|over|finished|complete[d]?|ready|normal|up again|be up|running|gone|good|okay|ok|fine)`
	// howLong and until are how long, or until when.
	howLong = `(?:(?:about|around|roughly|approximately|approx\.?|less than|under|at most|the next|another|maybe|like|~) ?)*(?:a |an |one |two |three |four |five |ten |fifteen |twenty |thirty |half an |half |half a |a half |a few |a couple of |some |\d+(?:[.,]\d+)?(?:\s?(?:-|–|to)\s?\d+)? ?)(?:more )?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?|moments?)\b`
	until   = `(?:\d{1,2}(?::\d\d)? ?(?:[ap]\.?m\.?|utc|gmt|[cp]e?[sd]?t|o'clock)|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) o'clock|half past \w+|\d{1,2}:\d\d|noon|midnight|lunch(?:time)?|tonight|tomorrow|today|this (?:morning|afternoon|evening)|(?:the )?end of (?:the )?(?:day|hour|week)|the weekend|next week|eod|eob|cob|(?:mon|tues|wednes|thurs|fri|satur|sun)day|morning|evening)`
	// when is a time to come.
	when = `(?:(?:with)?in (?:` + howLong + `|the (?:next )?(?:hour|minute|day|few (?:minutes|hours))\b|no time\b|a (?:jiffy|sec|second|minute|moment|bit|blink|heartbeat)\b|an? (?:half[ -])?hour)|(?:by|before|until|till|not later than|no later than|latest) (?:about |around )?` + until + `\b|tonight\b|tomorrow\b|(?:very |pretty |really )?(?:soon|shortly)\b|momentarily\b|any (?:minute|moment|second|time)(?: now)?\b|asap\b|a\.s\.a\.p\.?|(?:at|around|from|after) (?:about |around )?` + until + `\b|(?:later )?(?:today|this (?:morning|afternoon|evening))\b)`
	// will: it is said of the future.
	will = `(?:will|should|shall|'ll|going to|gonna|expect(?:ed|s|ing)?|plan(?:ned)?|hope(?:fully)?|promise|aim(?:ing)?|estimat\w*|guarantee\w*|can|could|may|might|must|to be|ought to)`
	// aboutWords: the time is that of words or money, or of what has been.
	aboutWords = `\b(?:please|entry|entries|message|statement|publish\w*|watch\w*|observ\w*|monitor\w*|contact\w*|refund\w*|credit\w*|money|amount|paid|invoices?|bills?|back (?:here|with)|once|anew|updates?|news|inform\w*|words?|posts?|posting|hear|tell|reports?|review|write|writing|let you know|know more|details|share|follow-?up|try|retry|reload|check (?:again|back|here|this)|look|ask|was|were|went|came|started|stopped|ended|since|has been|have been|had been|at least)\b`
)

// What promised reads: one part of a sentence after the other.
var (
	partEnd  = regexp.MustCompile(`[;!?\n]|\.(?:\s|$)|,? (?:and|but|so) |, (?:the )?(?:next|we|you|which)\b`)
	recovery = regexp.MustCompile(`\b(?:fix(?:es|ed)?|patch|correction|repair(?:s|ed)?|resol(?:ves?|ved|ution)|restor(?:es?|ed|ation)|recover(?:y|s|ed)?|solv(?:es?|ed)|solution|sorted|back|online|normal(?:ly)?|again|resum(?:es?|ed|ption)|up and running|able to|reachable|accessible|possible|usable|operational|live)\b`)
	sooner   = regexp.MustCompile(`\b(?:(?:with)?in (?:` + howLong + `|the (?:next )?(?:hour|few (?:minutes|hours)))|(?:by|before|until|till) (?:about |around )?` + until + `|(?:on )?(?:tonight|tomorrow)|soon|shortly|another ` + howLong + `)\b`)
	point    = regexp.MustCompile(`\b(?:(?:at|around|from|after|on) (?:about |around )?` + until + `|(?:later )?today|this (?:morning|afternoon|evening))\b`)
	future   = regexp.MustCompile(`\b(?:will|should|shall|going to|expect\w*|hop(?:e|es|ing)|aim\w*|plan|estimat\w*|anticipat\w*|likely|think|sure|confident|can|on track|due|lands?|ships?)\b|'ll\b`)
	notYet   = regexp.MustCompile(aboutWords)
)

// promised finds in one part of a sentence a word of recovery and a time to
// come, however far apart, unless the time is that of something else.
func promised(f folded) []Finding {
	var out []Finding
	start := 0
	for _, end := range append(partEnd.FindAllStringIndex(f.low, -1), []int{len(f.text), len(f.text)}) {
		s := f.low[start:end[0]]
		well, at := recovery.FindStringIndex(s), sooner.FindStringIndex(s)
		if at == nil && future.MatchString(s) {
			at = point.FindStringIndex(s)
		}
		if well != nil && at != nil && !notYet.MatchString(s) {
			out = append(out, f.finding(RepairTime, start+min(well[0], at[0]), start+max(well[1], at[1]), whyTime))
		}
		start = end[1]
	}
	return out
}

// planned is work that was announced: how long that takes is known.
var planned = regexp.MustCompile(`(?i)\b(?:maintenance|planned|scheduled)\b|\b(?:upgrade|move|migration|work) (?:\w+ ){0,3}?(?:takes?|needs?|lasts?|begins?|starts?|ends?)\b`)

// saysNext finds the sentence about the next words.
var saysNext = regexp.MustCompile(`(?i)\b(?:updates?|news|more|information|report|write|post)\b[^.!?\n]{0,60}?\b(?:(?:by|at|in|within|before|until) (?:` + until + `|` + howLong + `|the (?:next )?(?:hour|day)|\d|an hour|half an hour)|every ` + howLong + `|hourly|tomorrow|soon as)`)

// works are the sentences about work that was announced.
func works(text string) []span {
	return slices.DeleteFunc(sentences(text), func(s span) bool { return !planned.MatchString(text[s.start:s.end]) })
}

// repairs warns of what nobody can promise. Practice: the published guides of
// status page vendors tell the next update and no repair time.
var repairs = []pattern{
	claimBut(RepairTime, whyTime, `\b`+well+`\b[^.,;!?\n]{0,40}? `+when, aboutWords+`|\b(?:soon|shortly) after\b|\b(?:at|around|after) `+until+`$`),
	claimBut(RepairTime, whyTime, `\b`+will+`\b[^.,;!?\n]{0,40}?\b`+well+`\b[^.,;!?\n]{0,30}? `+when, aboutWords),
	claimBut(RepairTime, whyTime, `\b`+when+`,?(?: [\w']+){0,5}? (?:will|should|can|'ll|is|are|it's|we're)\b[^.,;!?\n]{0,30}?\b`+well+`\b`, aboutWords+`|^(?:from|after)`),
	claimBut(RepairTime, whyTime, `\b(?:comes? back|goes live|service returns|resumes?)(?: online)?(?: at| from| around| on) `+until+`\b`, aboutWords),
	claim(RepairTime, whyTime, `\bet[ar]\b|\bgive it `+howLong+`|\bdowntime (?:will|should|is expected)\b|\b(?:will|should|shall|'ll)(?: not|n't)? (?:\w+ )?(?:take|need)(?: [\w']+){0,4}? `+howLong+`|\b(?:expected|estimated|projected|anticipated) (?:time (?:to|of|for) )?(?:the )?(?:resolution|recovery|fix|repair|restoration|downtime|return|end|solution)\b|\b(?:best |our |rough )estimate (?:is|of)\b|\ball[ -]clear (?:is )?(?:expected|at|around)\b`),
	claim(RepairTime, whyTime, `\b(?:back|fixed|up|online|solved|sorted|done) (?:very |real |really )?(?:soon|shortly|asap)\b`),
	claim(RepairTime, whyTime, `\b(?:(?:give us|just|only)|(?:fix|repair|recovery|this|that|it will|it'll|it should|it could)(?:\w| will| should| may| might| could)* takes?|it'll take|it will take) `+howLong+`(?: more)?`),
	claim(RepairTime, whyTime, `\b(?:needs?|takes?|takes? us) (?:only |just )?`+howLong+`(?: more)?(?: to (?:fix|repair|solve|resolve|restore|recover|sort|bring|get)\b|$|[.!])|\b(?:needs?|takes?|lasts?) (?:\w+ )?another `+howLong+`\b`),
	claim(RepairTime, whyTime, `\b(?:back|up|fix|fixed|coming|ready|done|ok|okay|fine) (?:coming )?in (?:\d{1,2}\b|a few\b|another )|\b\d{1,2} more (?:m|mins?|minutes?|hours?|h)\b`),
	claim(RepairTime, whyTime, `\b`+howLong+` (?:left|to go|tops|max|away)\b|\b(?:minutes|seconds|moments|hours) away\b|\ba matter of (?:seconds|minutes|hours)\b`),
	claim(RepairTime, whyTime, `\b(?:won't|will not|shouldn't|should not|can't) (?:be|take)(?: too| very| that)? long\b|\bnot (?:be )?long now\b|\bbefore you know it\b`),
	claim(RepairTime, whyTime, `\b(?:almost|nearly) (?:there|over|done|fixed|solved|back|finished)\b`),
	claimBut(RepairTime, whyTime, `\b(?:down|offline|unavailable|closed|lasts?|continues?|persists?|give us|bear with us) (?:\w+ )?(?:until|till|for (?:the next|another)) (?:about |around )?(?:`+howLong+`|`+until+`)`, aboutWords),
	claimBut(RepairTime, whyTime, `\b(?:in|within) under `+howLong+`|\bby this time tomorrow\b|\bbefore long\b|\bnot much longer\b`, aboutWords),
	// Whether it is well is looked up, not supposed.
	claim(RepairTime, whyShould, `\bshould (?:now |all |already |again |be |have been )*(?:fixed|resolved|solved|sorted|repaired|restored|working|work|back|gone|over|well|fine|okay|ok|stable|normal)\b`),
}
