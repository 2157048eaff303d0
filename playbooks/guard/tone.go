package guard

import (
	"regexp"
	"slices"
	"strings"
)

const (
	whyBlame    = "Says whose fault it is. We are the ones who answer for it."
	whySwearing = "Swearing. Say it calmly."
	whyJoke     = "Reads as a joke to somebody who cannot work."
	whyPanic    = "Sounds like panic. Say what does not work."
	whyAdvert   = "Reads as an advertisement. Say what works and what does not."
	whyInsult   = "Turns against the readers."
)

const (
	vendors = `AWS|Amazon|Azure|Microsoft|Google(?: Cloud)?|GCP|Cloudflare|Fastly|Akamai|Heroku|Vercel|Netlify|Stripe|Twilio|SendGrid|Datadog|GitHub|GitLab|MongoDB|Oracle|Salesforce|Okta|Auth0|CrowdStrike|DigitalOcean|Hetzner|OVH|Slack|Zendesk|PayPal|Atlassian|Intercom|HubSpot|Shopify|Adyen|Plaid|Snowflake|Mailgun|Vonage|Linode|Vodafone|Verizon|Comcast|Telekom|Apple|Meta|Facebook`
	people  = `(?:intern|interns|trainee|apprentice|junior(?: dev\w*| engineer)?|new (?:hire|guy|girl|kid)|(?:sub)?contractor|freelancer)`
	staff   = `(?:(?:an?|one of (?:our|the)|our|the|some|another) (?:\w+ )?(?:engineers?|developers?|devs?|admins?|sysadmins?|operators?|employees?|colleagues?|technicians?|electricians?|workers?|techs?|cto|ceo|boss|team ?mates?|guys?|dba)|somebody|someone|some ?body|some idiot)`
	broke   = `(?:broke|break|breaks|deleted|delete|dropped|pushed|forgot|messed|screwed|fumbled|wiped|killed|crashed|tripped|unplugged|nuked|ruined|misconfigured|botched|accidentally|mistakenly|fat-?fingered|ran the wrong|caused|did (?:it|this)|made an? (?:\w+ )?(?:mistake|error|slip)|\w+ed the wrong|typed|pulled the)`
)

// tones warn of what people regret having sent.
var tones = []pattern{
	claim(Blame, whyBlame, `\b(?:our |the |an? )?`+people+`(?:'s)?\b`),
	claim(Blame, whyBlame, `\b`+staff+`\b[^.,;!?\n]{0,30}?\b`+broke+`\b`),
	claim(Blame, whyBlame, `\b(?:human error|operator error|fat[- ]?finger\w*|whose fault|(?:not|isn't|is not) our (?:fault|problem)|(?:it's|it is|all|was|is) (?:\w+ )?(?:\w+'s|their|his|her|your|its) (?:own )?fault|the fault of|somebody's head|heads will roll|(?:was|were|is|been|be|got|get) (?:already )?fired)\b`),
	claim(Blame, whyBlame, `\b(?:our|the) (?:ceo|cto|cfo|dba|boss|founders?|sys ?admin|guy|dude|devs?)\b|\bforgot to\b`),
	claimBut(Blame, whyBlame, `\b[\w']+ (?:broke|nuked|botched|unplugged|messed up|screwed up|fat-fingered)\b`, `^(?:it|which|that|connections?|sessions?|links?|uploads?|what|something|we|`+part+`s?|\w*\d\w*) `),
	leakBut(Blame, whyBlame, `\b(?:not )?(?:to )?blam(?:es?|ed|ing)\b`, `^not`),
	claimBut(Blame, whyBlame, `\b(?:our|the|a) (?:\w+ )?(?:provider|hoster|hosting company|host|supplier|vendor|carrier|partner|bank|electricians?|landlord|manufacturer|data cent(?:er|re))s? (?:(?:is|are|was|were|has|have|had|again|once more) )*(?:unable|incapable|useless|unreliable|failed|broke|broken|refus\w+ to|done (?:its|their) (?:job|part)|cut|dropped|sold us|caused|messed|forgot|at fault|responsible|asleep)\b`, `failed over`),
	claimBut(Blame, whyBlame, `\b(?:not (?:to )?)?(?:at fault\b|faults? (?:lies|lay|is|was) (?:with|on) (?:our side|us|ours)?|(?:let|lets|letting) us down\b|fail(?:ed|s) us\b|(?:sloppy|careless\w*|negligen\w+|reckless\w*)\b|(?:mistake|error|slip) (?:was )?(?:made )?(?:by|of) (?:an?|one|our|the)\b|own fault\b|that(?:'s| is) on (?:our|the|`+vendors+`)\b|blame (?:it|this|that|him|her|them|us)\b|(?:developers?|engineers?|person|people|employees?|colleagues?|admins?|team) (?:who was |who were )?responsible\b|(?:poor|bad|shoddy) (?:work|job|workmanship) (?:by|of|from)\b|(?:team|office|colleagues|people|staff) (?:in|at|from|of) \w+ (?:`+broke+`)|(?:dropped|drops|drop) the ball\b|(?:was|were|been|are) (?:told off|fired|punished|warned|sacked)\b)`, `^not|(?:with|on) (?:our side|us|ours)$`),
	claim(Blame, whyBlame, `\b(?:former|previous|last|old|new|other) (?:\w+ )?(?:developers?|team|engineers?|staff|admins?|colleagues?|employees?|contractors?|agency|vendor|owners?)\b[^.,;!?\n]{0,20}?\b(?:`+broke+`|wrote|left|built|pressed|made)\b`),
	claim(Blame, whyBlame, `\b(?:it|that) was (?:\w+ ){1,3}who\b|\b(?:users?|customers?|people|clients?|tenants?) (?:who|that|with) [^.,;!?\n]{0,40}\b(?:caused?|(?:are|is) (?:the reason|responsible)|overload\w*)\b`),
	{rule: Blame, why: whyBlame, re: regexp.MustCompile(`\b[A-Z][a-z]+'s (?:bad |broken |stupid |last |latest |new )?(?:change|commit|deploy\w*|fault|mistake|migration|PR|code|script|bug|error|rollout|release|fix|query)\b`),
		but: regexp.MustCompile(`^(?:To(?:day|night|morrow)|Yesterday|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun|It|Let|Here|There|That|What|This)`)},
	{rule: Blame, why: whyBlame, re: regexp.MustCompile(`(?i)(?:\b(?:with|via|through|by|using|from|into|to|on|in|and|or|and|for|your) (?:an? )?)?\b(?:` + vendors + `)(?:'s)?(?: (?:is|has|have|are|just|again|totally|completely|really|went|support|us-east-1|servers?|people|team))*(?: (?:broke\w*|down|screwed|messed|fail(?:ed)?|fault|dead|died|crashed|having (?:an? )?(?:\w+ )?(?:meltdown|outage|bad day)|let us down|sucks?|outages?|mistake|incompetence)\b)|\b(?:` + vendors + `)'s (?:own )?(?:problems?|issues?|bugs?)\b`),
		but: regexp.MustCompile(`(?i)^(?:with|via|through|using|from|into|to|on|and|or|for|your)\b`)},
	claim(Blame, whyBlame, `\b(?:blame|thank|thanks,?|ask|call|sue|tell|complain to|it's|it is|it was)(?: you| always| all| just)?,? (?:`+vendors+`|ops|marketing|sales|management|the (?:ceo|cto|intern|vendor|provider))\b`),

	claim(Tone, whySwearing, `\b(?:\w*f+[u*@#v]+[c*k#@]+k?(?:ed|ing|in|er|ers|up|s|d)?|(?:bull|dip|ape|horse)?s+h+[i1!*@#]+t+(?:s|ty|ting|show|storm)?|cr[a@*]+p(?:py|s)?|damn(?:ed|it)?|god ?damn|a[s$*]{2}(?:es|hole|holes|hat)?|b[i1!*]tch(?:es|ing|y)?|b[a@]stards?|piss(?:ed|ing)?|wtf|ffs|fml|omfg|stfu|gtfo|lmfao|fubar|d[i1*]cks?|c[u*]nts?|bollocks|bugger(?:ed)?|bloody|arse\w*|wank\w*|scheisse|scheiße|f[ .]u[ .]c[ .]k|s[ .]h[ .]i[ .]t|dammit|verdammt|merde|putain|mierda|hell|poop\w*)\b`),
	claim(Tone, whySwearing, `\bf[*#@$!.\-_]{2,}\w*|\bs[*#@$!]{2,}t?\b|\bf\*+\w*`),
	claim(Tone, whySwearing, `\b(?:sucks?|sucked|screwed|screw(?:ing)? (?:up|you|this)|effed|effing|frigg\w*|freak(?:ing|ed)|heck|bloody|jesus|christ|oh my god|omg|holy (?:cow|moly|smokes))\b`),
	claim(Tone, whyInsult, `\b(?:idiots?|idiotic|stupid(?:ity)?|dumb(?:ass)?|morons?|losers?|clowns?|fools?|imbeciles?|incompetent|noobs?|trolls?|karens?|shut up|get (?:over it|a life|lost)|deal with it|suck it(?: up)?|grow up|go away|sue us|your (?:own )?(?:fault|problem)|user error|rtfm|read the manual|you get what you pay for|it's free|cry(?:ing)? (?:about|me)|stop (?:\w+ )?(?:tweeting|emailing|mailing|calling|asking|writing|crying|complaining|whining|pestering|bothering|refreshing)|(?:who|nobody) cares|touch grass|go home|fix it yourself|holding it wrong|so what|don't like it)\b`),
	claim(Tone, whyJoke, `\b(?:a+r+g+h*|ugh+|phew|sigh|oh (?:no|dear|boy)|darn|dang|awkward|lol+|lo+l|lmao+|rofl|ha(?: ?ha)+\w*|hehe\w*|hihi|oops\w*|o+ps|whoops\w*|woops\w*|yikes|uh[- ]?oh|d'?oh|derp|yolo|facepalm|my bad|our bad|sorry,? not sorry|jk|just kidding|kidding|no biggie|meh|ouch|bruh|dude|guys|y'?all|yay|woo+(?:hoo)?|ta-?da|tl;?dr|ngl|tbh|imho|fomo|meme|lulz|kek|(?:epic|big) fail|bummer|boom|kaboom|rip|shrug)\b`),
	claim(Tone, whyJoke, `\b(?:works on (?:my|our) machine|turn(?:ing)? it off and on|grab (?:a |some )?(?:coffee|beer|popcorn|lunch)|get (?:a |some )(?:coffee|beer|popcorn)|have a (?:beer|coffee|drink|nap)|coffee break|take the (?:day|afternoon) off|long weekend|happy friday|read-?only friday|who needs|hold my beer|folks|champs|peeps|stay tuned|hang (?:in there|tight)|what an? (?:day|night|mess|ride|week)|one of those days|(?:a|takes?|took) (?:a )?nap|murphy|hair out|(?:dog|cat) ate|saved the day|heroes|rock ?stars?|ninjas?|houston|am i right|famous last words|what could (?:possibly )?go wrong|never a dull moment|told you so|surprise|hamsters?|monkeys?|squirrels?|elves|magically|duct tape|let's pretend|plot twist|guess what|good luck|fingers crossed|cross (?:your |our )?fingers|keep calm|pray(?:ing|ers)?|thoughts and prayers|another day|ate (?:your|our|the)|potato(?:es)?|embarrassing|mercury|it's a feature|belong to us|except today|business as usual|here we go)\b`),
	claim(Tone, whyPanic, `\b(?:everything(?:'s| is| has| just)* (?:broke\w*|on fire|down|gone|dead|burning|lost|exploded|crashed|fucked)|(?:is|are|'s|'re|was|were) (?:\w+ly |all )?(?:on fire|burning|doomed|toast|dead|hosed|borked|bricked)|(?:we )?lost all(?: \w+){1,2}|all (?:is |your (?:data|files|mails?) (?:is|are) )?(?:lost|gone)|panick?(?:ing|ed|s)?|(?:deep|big|serious) trouble|desperate|gone to pieces|freaking out|disaster(?:s|ous)?|catastroph\w+|meltdown|(?:complete|total|real|big|huge|utter|absolute|hot) mess|(?:completely|totally|utterly|so) (?:lost|helpless|overwhelmed)|nightmare|apocalyps\w+|armageddon|chaos|mayhem|omg|sos|mayday|help us|send help|crisis|horrible|terrible|awful|kaput|nuked|blew up|exploded|we (?:have |'ve got )?(?:no|not the (?:faintest|slightest)|zero) (?:idea|clue)|no (?:idea|clue)|clueless|we(?: really)? (?:don't|do not) (?:even )?(?:know (?:what|why|how|if)|understand)|beats (?:me|us)|wake up)\b`),
	claim(Tone, whyAdvert, `\b(?:award[- ]winning|world[- ]class|industry[- ]leading|market[- ]leading|best[- ]in[- ]class|cutting[- ]edge|state[- ]of[- ]the[- ]art|next[- ]gen(?:eration)?|unparalleled|unrivall?ed|game[- ]chang\w+|revolutionary|blazing\w*|seamless\w*|lightning(?:[- ]fast| speed)|record time|(?:best|most \w+|leading|number one|fastest|safest) (?:\w+ ){1,3}(?:in|on) the (?:world|market|industry|planet)|proud(?:ly)? to|brand[- ]new|get it now|(?:fastest|best|greatest) (?:\w+ )?on (?:earth|the planet)|(?:switch|move) to our|follow us on|amazing (?:team|engineers)|leading (?:provider|platform|vendor|company)|thrilled|excit(?:ed|ing)|did you know|don't miss|check out our|try (?:out )?our|upgrade (?:today|now)|(?:premium|pro|enterprise|paid|business) plan (?:has|have|offers?|gets?|includes?|comes))\b`),
	claim(Tone, whyPanic, `!{2,}|\?{2,}|!\?|\?!|\.{4,}`),
	claim(Tone, whyJoke, `[\x{1F300}-\x{1F64F}\x{1F680}-\x{1FAFF}☠☹☺]+|(?:^|\s)[:;]-?[)(DPp/|](?:\s|$)|¯\\_\(ツ\)_/¯|\bxD\b|<3`),
}

var (
	capitals = regexp.MustCompile(`\b[A-Z]{2,}(?:'[A-Z]+)?(?:[ !,.]+[A-Z]{2,}(?:'[A-Z]+)?)*\b`)
	oneWord  = regexp.MustCompile(`[A-Z']+`)
	// acronyms are written so.
	acronyms = strings.Fields(`AI AM API APAC APIS ASAP AWS CD CDN CEO CET CEST CI CLI COVID CPU CRM CSS CSV DACH DNS EDT EEA EMEA EST ETA EU FAQ FTP
		GCP GDPR GMT GPS GPU GUI HIPAA HTML HTTP HTTPS IAM ICS ID IDE IDS II III IMAP IO IOS IP ISO IT IVR JPEG JPG JSON JWT KYC LDAP LLM MFA MST
		NA NATO NFC NPM OAUTH OCR OIDC OK OS OTP PC PDF PDFS PDT PHP PIN PM PNG POP POS PST PTO QA QR RAM REST RSS RSVP SAML SAP SCIM SDK SDKS
		SEO SEPA SFTP SIEM SIP SLA SMB SMS SMTP SOAP SQL SSD SSH SSL SSO SVG TCP TLS TOTP TV UAE UAT UDP UI UK UPS URL URLS US USA USB USD UTC
		UX VAT VIP VM VOIP VPC VPN WAF WCAG XLS XLSX XML YAML ZIP EAST WEST NORTH SOUTH EUR GBP JPY CA NY LA TX SAN`)
)

// shouting finds words in capitals that are no acronyms: two in a row, or one
// that is cried.
func shouting(f folded) []Finding {
	var out []Finding
	for _, m := range capitals.FindAllStringIndex(f.text, -1) {
		loud, letters := 0, 0
		for _, w := range oneWord.FindAllString(f.text[m[0]:m[1]], -1) {
			if !slices.Contains(acronyms, w) {
				loud, letters = loud+1, letters+len(w)
			}
		}
		cried := m[1] < len(f.text) && f.text[m[1]] == '!'
		if loud >= 2 && letters >= 6 || loud == 1 && letters >= 4 && (cried || slices.Contains(cries, f.text[m[0]:m[1]])) {
			out = append(out, f.finding(Tone, m[0], m[1], whyPanic))
		}
	}
	return out
}

var cries = []string{"DOWN", "BROKEN", "BROKE", "DEAD", "FIRE", "HELP", "URGENT", "EMERGENCY", "NOW", "SORRY", "EVERYTHING", "NOTHING", "NEVER", "AGAIN", "WORST", "STOP"}
