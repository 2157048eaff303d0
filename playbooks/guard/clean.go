package guard

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean gives the words with what has a clean wording reworded, and without the
// other sentences in which something is found. Where nothing is left that tells a reader anything, it gives fallback: the
// playbook's own words for this kind and phase. Check finds nothing in what it
// gives; it is empty when there is no such wording.
func Clean(text string, k Known, fallback string) string {
	text = strings.TrimSpace(text)
	found := Check(text, k)
	if len(found) == 0 {
		return text
	}
	text = reworded(text, found)
	found = Check(text, k)
	for ; len(found) > 0; found = Check(text, k) {
		// What does not fit is looked at again when all else is out.
		if other := slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return f.Rule == Length }); len(other) > 0 {
			found = other
		}
		text = without(text, found)
	}
	if !tells(text) {
		text = strings.TrimSpace(fallback)
		if len(Check(text, k)) > 0 {
			return ""
		}
	}
	return text
}

// reworded puts the clean wordings in their places. One that begins a sentence
// begins as large as what stood there.
func reworded(text string, found []Finding) string {
	begins := map[int]bool{}
	for _, s := range sentences(text) {
		begins[s.start] = true
	}
	var b strings.Builder
	done := 0
	for _, f := range found {
		if f.Instead == "" || f.Start < done {
			continue
		}
		b.WriteString(text[done:f.Start])
		first, size := utf8.DecodeRuneInString(f.Instead)
		if startsUpper(f.Words) && begins[f.Start] {
			first = unicode.ToUpper(first)
		}
		b.WriteString(string(first) + f.Instead[size:])
		done = f.End
	}
	return strings.TrimSpace(b.String() + text[done:])
}

// span is a sentence, with the space behind it.
type span struct{ start, end int }

var sentenceEnd = regexp.MustCompile(`[.!?…]+["'”’)]*\s+|\s*\n\s*`)

// sentences splits a text: it gives at least one, and together they are all of
// it.
func sentences(text string) []span {
	var out []span
	start := 0
	for _, m := range sentenceEnd.FindAllStringIndex(text, -1) {
		if abbreviated(text[start:m[0]]) && text[m[0]] == '.' || m[1] == len(text) {
			continue
		}
		out = append(out, span{start, m[1]})
		start = m[1]
	}
	return append(out, span{start, len(text)})
}

// abbreviated: the full stop behind it ends no sentence.
func abbreviated(s string) bool {
	s = strings.ToLower(s[strings.LastIndexAny(s, " \n(")+1:])
	return slices.Contains([]string{"e.g", "i.e", "approx", "vs", "mr", "mrs", "dr", "st", "no", "ltd", "inc", "corp", "co", "llc"}, s)
}

// without leaves out every sentence that a finding touches, or the end of it.
func without(text string, found []Finding) string {
	var b strings.Builder
	for _, s := range sentences(text) {
		one := text[s.start:s.end]
		if i := slices.IndexFunc(found, func(f Finding) bool { return f.Start < s.end && f.End > s.start }); i >= 0 {
			one = head(one, found[i].Start-s.start)
		}
		b.WriteString(one)
	}
	return strings.TrimSpace(b.String())
}

// head is what a sentence says before it turns to what was found: "Saving
// fails" of "Saving fails because of a migration". It may be nothing.
func head(sentence string, found int) string {
	kept := ""
	for _, m := range turn.FindAllStringIndex(sentence, -1) {
		if m[0] < found {
			kept = sentence[:m[0]]
		}
	}
	if !tells(kept) || leans.MatchString(kept) {
		return ""
	}
	return kept + "." + sentence[len(strings.TrimRightFunc(sentence, unicode.IsSpace)):]
}

var (
	turn = regexp.MustCompile(`(?i),? (?:because|due to|owing to|as a result of|caused by)\b|[,;] (?:and|but|so|which|while)\b|; `)
	// leans on what would be left out.
	leans = regexp.MustCompile(`(?i)^\W*(?:if|when|while|as|since|because|after|until|once|although|though|before|unless|to|not only|either|both)\b|\b(?:be|is|are|was|were|been|being|to|may|might|not|probably|likely|has|have|it)$`)
	word  = regexp.MustCompile(`[\pL\pN]+`)
	// courtesy tells nobody anything, nor does a sentence that leans on the one
	// before it.
	courtesy = regexp.MustCompile(`(?i)^\W*(?:hi|hello|hey|dear|thanks?|thank you|sorry|we(?:'re| are)? (?:very |so |really )?(?:sorry|apologi[sz]e)|apologies|our apologies|please bear|stay tuned|bear with|next update|this|that|it|they|these|those)\b`)
)

// tells reports whether a text says something by itself.
func tells(text string) bool {
	return slices.ContainsFunc(sentences(text), func(s span) bool {
		one := text[s.start:s.end]
		return len(word.FindAllString(one, -1)) >= 4 && !courtesy.MatchString(one)
	})
}
