package twitter

import (
	"fmt"
	"strings"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// Preview gives the posts as they would stand there, or why there would be none.
func (t *Twitter) Preview(d stream.Delivery) words.Drawn {
	posts, err := t.texts(d)
	if err != nil {
		return words.Drawn{Parts: []string{err.Error()}}
	}
	var lengths []string
	for _, p := range posts {
		lengths = append(lengths, fmt.Sprint(Length(p)))
	}
	count := ""
	if len(posts) > 1 {
		count = fmt.Sprintf("%d posts: ", len(posts))
	}
	return words.Drawn{Parts: posts, Measure: fmt.Sprintf("%s%s of %d characters", count, strings.Join(lengths, " and "), Limit), Readers: "whoever follows the account"}
}

// Measure tells of words that are no single post.
func (t *Twitter) Measure(d stream.Delivery) []words.Length {
	is := Length(whole(d.Words, linked(d)))
	if d.Action != "publish" || is <= Limit {
		return nil
	}
	then := "they are refused"
	if posts, err := t.texts(d); err == nil {
		then = fmt.Sprintf("they go in %d posts", len(posts))
	}
	return []words.Length{{Is: is, Most: Limit, Unit: "characters as X counts them", Then: then}}
}
