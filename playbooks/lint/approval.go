package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"drumbeat/incident/approval"
	"drumbeat/incident/policy"
)

// approval is whose yes words need: the `approvers` of the configuration stand
// for those of the playbook.
func (b *book) approval() policy.Approval {
	rule := b.Audiences.Public.Approval
	if b.config != nil && len(b.config.Approvers) > 0 {
		rule.By = b.config.Approvers
	}
	return rule
}

// ask is a key of the approval.
func ask(key ...any) []any { return append([]any{"audiences", "public", "approval"}, key...) }

// approvers are the people whose yes counts. It is open where a role is among
// them, or the groups are not known: anybody may hold it.
func (b *book) approvers(entries []string) (can []string, open bool) {
	found := map[string]bool{}
	for _, entry := range entries {
		switch kind, name := approval.Parse(entry); kind {
		case approval.Role:
			open = true
		case approval.Group:
			open = open || b.config == nil
			if b.config != nil {
				for _, handle := range b.config.Company.Groups[name] {
					found[handle] = true
				}
			}
		default:
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), open
}

// mute tells of words that nobody can say yes to: not enough people, or not
// enough beside whoever wrote them.
func mute(b *book) {
	rule := b.approval()
	if len(rule.By) == 0 {
		return
	}
	need := max(1, rule.Need)
	can, open := b.approvers(rule.By)
	if !open && need > len(can) {
		b.tell(ask("need"), fmt.Sprintf("words need %s, and %d can give one%s", yeses(need), len(can), among(can)), "Need fewer, or name more")
		return
	}
	if rule.FallbackAfter > 0 {
		can, open = b.approvers(slices.Concat(rule.By, rule.Fallback))
	}
	if open || rule.AloneAfter > 0 || len(can) > need {
		return
	}
	text := fmt.Sprintf("while %s sleeps, or wrote the words, nobody can say yes to them", can[0])
	if need > 1 {
		text = fmt.Sprintf("words need %s, and there are %d people%s: as soon as one of them sleeps, or wrote the words, they stay where they are", yeses(need), len(can), among(can))
	}
	b.tell(ask("by"), text+"; nobody else's yes counts, however long they wait", "Name more, or write `fallback` and `fallback_after`, or `alone_after`")
}

func yeses(n int) string {
	if n == 1 {
		return "1 yes"
	}
	return fmt.Sprintf("%d yeses", n)
}

func among(handles []string) string {
	if len(handles) == 0 {
		return ""
	}
	return " (" + strings.Join(handles, ", ") + ")"
}

// odd tells of what an approval says to no effect.
func odd(b *book) {
	rule := b.Audiences.Public.Approval
	after, alone := rule.FallbackAfter, rule.AloneAfter
	at, _ := b.Place(ask("fallback_after")...)
	doc, _ := b.Place()
	own := at.File == doc.File // a parent may say when, for those who name somebody
	later := "fallback_after"
	if _, mine := b.Place(ask("alone_after")...); mine {
		later = "alone_after"
	}
	overruled := b.config != nil && len(b.config.Approvers) > 0
	again := !slices.ContainsFunc(rule.Fallback, func(e string) bool { return !slices.Contains(rule.By, e) })
	for _, w := range []struct {
		is                bool
		key, text, remedy string
	}{
		{overruled && len(rule.By) > 0, "by", "nobody is asked whom the playbook names: `approvers` of the configuration stand in their place", "Take `approvers` out of the configuration, or `by` out of the playbook"},
		{rule.Need < 0, "need", fmt.Sprintf("words need %d yeses, which is read as 1", rule.Need), "Write how many people have to say yes"},
		{len(rule.Fallback) > 0 && after <= 0, "fallback", "the fallback is never asked: nothing says after how long", "Write `fallback_after: 5m`, or take `fallback` out"},
		{len(rule.Fallback) > 0 && len(rule.By) > 0 && again, "fallback", "the fallback is nobody but those who were asked already", "Name somebody else, or take `fallback` out"},
		{own && after > 0 && len(rule.By) > 0 && len(rule.Fallback) == 0, "fallback_after", fmt.Sprintf("after %s the same people are asked once more: there is no fallback", after), "Name somebody in `fallback`, or take `fallback_after` out"},
		{alone > 0 && len(rule.Fallback) > 0 && alone <= after, later, fmt.Sprintf("the commander's yes is enough after %s, and the fallback is asked only after %s", alone, after), "Let `alone_after` be longer than `fallback_after`"},
		{rule.Night != (policy.Hours{}) && !rule.Night.Has(rule.Night.From), "night", fmt.Sprintf("there is no night from %q to %q: nobody who is alone may say yes", rule.Night.From, rule.Night.To), `Write it as {from: "22:00", to: "07:00"}`},
	} {
		if w.is {
			b.tell(ask(w.key), w.text, w.remedy)
		}
	}
}
