package guard

import (
	"regexp"
	"strings"
)

const whyMinimizing = "Makes little of it. Say what does not work, and for whom."

// claim reads small letters, whichever were written: that is twice as fast as
// to read any.
func claim(rule Rule, why, re string) pattern {
	return pattern{rule: rule, re: small(re), why: why, small: true}
}

func claimBut(rule Rule, why, re, but string) pattern {
	return pattern{rule: rule, re: small(re), but: small(but), why: why, small: true}
}

// small is an expression with small letters; what stands behind a backslash
// keeps its meaning.
func small(re string) *regexp.Regexp {
	parts := strings.SplitAfter(re, `\`)
	for i, part := range parts {
		if i == 0 || part == "" {
			parts[i] = strings.ToLower(part)
		} else {
			parts[i] = part[:1] + strings.ToLower(part[1:])
		}
	}
	return regexp.MustCompile(strings.Join(parts, ""))
}

// belittling makes little of what customers suffer.
var belittling = []pattern{
	claimBut(Minimizing, whyMinimizing, `\b(?:only|just|merely|barely) (?:a (?:few|couple|handful|tiny|small|minor|little|fraction)|some|few|minor|small|\d+ ?%|\d+|one or two|a)(?: (?:of|our|users?|people|customers?|hiccup|glitch|blip|bug|issue|problem|percent))*`, `(?:only|just) (?:a|\d+)$`),
	claim(Minimizing, whyMinimizing, `\b(?:hiccups?|blips?|glitch(?:es|y)?|hickups?|snafu|gremlins?|kinks?)\b`),
	claim(Minimizing, whyMinimizing, `\b(?:tiny|minor|little|small|slight) (?:\w+ )?(?:hiccup|issue|problem|bug|inconvenience|outage|snag|incident|interruption|disruption|delay|annoyance|nuisance)s?\b|\b(?:a|only) (?:mere|handful|tiny (?:fraction|part|number|share))\b|\b(?:merely|mere) (?:\w+|\d+ ?%)`),
	claim(Minimizing, whyMinimizing, `\bhardly (?:any\w*|notic\w+|visible|affect\w+|a)\b|\b(?:negligible|insignificant|trivial|barely (?:noticeable|visible|affected))\b|\bnothing (?:serious|dramatic|major|terrible|much|more\b)|\b(?:not|isn't|wasn't|nothing) (?:that |so |very |too |really |all that )?(?:serious|dramatic|severe)\b|\bthat(?:'s| is| was) (?:all|it)\b`),
	claim(Minimizing, whyMinimizing, `\b(?:not|\w+n't)(?: \w+)? have (?:even )?(?:seen|noticed|felt)\b|n't (?:even )?notice\b|\bno (?:cause|reason) for (?:concern|alarm)\b|\b(?:luckily|fortunately|thankfully|happily)\b|(?:^|[.!?;,] )at least,? (?:nobody|no one|nothing|none|your|it|we|you|the (?:data|site|app))\b|\bsoon (?:be )?forgotten\b|\ball in all\b`),
	claim(Minimizing, whyMinimizing, `\b(?:not|no|isn't|hardly|nothing)(?: a| that| such a| really a| so)* (?:big|bad|huge) (?:a )?(?:deal|problem|issue)?|\bnothing to (?:worry|see|panic)\b|\bno (?:need to|reason to) (?:panic|worry)\b|\b(?:don't|do not) (?:panic|worry|freak)\b|\bcalm down\b|\bchill\b|\brelax\b`),
	claim(Minimizing, whyMinimizing, `\b(?:whin(?:e|es|ing|ers?)|moan(?:ing|ers?)?|cry ?bab(?:y|ies)|overreact\w*|complain(?:s|ing|ers?)?|nagging|drama)\b`),
	claim(Minimizing, whyMinimizing, `\b(?:nobody|no ?one|hardly anyone|few people)(?: will| would| even| really)* (?:notic\w+|cares?|uses?|affected)\b`),
	claim(Minimizing, whyMinimizing, `\b(?:only|just|merely|barely) (?:an? )?(?:(?:very )?(?:short|brief|quick|slight)|\d[\d.,]* ?(?:%|percent|users?|customers?|people|accounts?|patients|players|members|shops?|orders?|requests?|messages?|\w+s (?:were|was|are|had|have|lost)))`),
	claim(Minimizing, whyMinimizing, `\b(?:could|might) have been (?:much |far |a lot )?worse\b|\bworth (?:mentioning|a mention|the fuss|noting)\b|\b(?:tiny|minor|small|little|trifling|petty) (?:matter|thing|detail|point|affair|mishap|slip)\b|\bnot the end of the world\b|\bonly (?:affects?|affected|hits?|concerns?|touche[sd]|lasts?|lasted|took|takes) (?:an? (?:few|handful|small|tiny|minority|fraction|couple|moment|second|minute)|few|\d)|\b(?:very|relatively|just) few\b|\b(?:impact|effects?|damage|consequences?|harm) (?:is|was|were|are|remains?|stays?|has been) (?:very |quite |rather |fairly )?(?:minimal|small|minor|low|tiny|slight|little)\b|\bminimal (?:\w+ )?(?:impact|effect|disruption|damage)\b|\bmuch ado\b|\bcosmetic\b|\b(?:just|merely|only) a (?:delay|slowdown|formality)\b|\b(?:little|bit|tad) (?:bumpy|rough|shaky|wobbly)\b|\b(?:you|users?|customers?|people|most|many|they) (?:will|would|did|do) not (?:even )?notice\b|\bnot much (?:happened|to)\b|\bsurvive\b|\bharmless\b|\b(?:sounds?|looks?|seems?) worse\b|\b(?:nobody|no one) really\b|\bshort and\b|\bnot (?:even )?worth\b`),
}

// simpler are clean wordings that fit in any sentence.
var simpler = map[string]string{
	"hiccup": "problem", "hiccups": "problems", "blip": "problem", "blips": "problems", "glitch": "problem", "glitches": "problems",
	"small hiccup": "problem", "little hiccup": "problem", "minor glitch": "problem", "small glitch": "problem", "minor issue": "issue",
	"small issue": "issue", "minor problem": "problem", "small problem": "problem", "slight delay": "delay", "minor delay": "delay",
	"minor interruption": "interruption", "small bug": "problem", "minor bug": "problem",
	"only a few": "some", "just a few": "some", "only some": "some", "only a few users": "some users", "only a few customers": "some customers",
	"only a few people": "some people", "just a few users": "some users", "just a few customers": "some customers", "only a handful": "some",
	"hotfix": "fix", "hotfixes": "fixes", "hot fix": "fix", "nodes": "servers", "pods": "servers", "backend": "system", "back-end": "system",
	"failed over": "switched over", "failing over": "switching over", "post-mortem": "report", "postmortem": "report",
}
