package twitter

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"drumbeat/incident/stream"
)

// Fit gives the posts that words become, for sending and for a preview: the paragraphs (the title where there are
// none), one post where they fit, else as many as it takes, cut between sentences where that can be and numbered
// "(1/2)". The link, when there is one and the words do not name it, ends the last post.
func Fit(words *stream.Message, link string) []string {
	text := whole(words, link)
	if text == "" {
		return nil
	}
	if Length(text) <= Limit {
		return []string{text}
	}
	const number = len(" (99/99)")
	posts := fill(pieces(text, Limit-number), Limit-number)
	for i := range posts {
		posts[i] = fmt.Sprintf("%s (%d/%d)", posts[i], i+1, len(posts))
	}
	return posts
}

// whole is what is to be said, in one piece.
func whole(words *stream.Message, link string) string {
	text := plain(words)
	if link != "" && !strings.Contains(text, link) {
		text = strings.TrimSpace(text + "\n\n" + link)
	}
	return text
}

func plain(words *stream.Message) string {
	if words == nil {
		return ""
	}
	text := words.Title
	if len(words.Paragraphs) > 0 {
		text = strings.Join(words.Paragraphs, "\n\n")
	}
	text = strings.Map(func(r rune) rune { // what X refuses (twitter-text: invalid characters) or nobody sees
		if r != '\n' && unicode.IsControl(r) || r == 0xFFFE || r == 0xFEFF || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return strings.TrimSpace(text)
}

// pieces cuts text into what should stay together, none longer than limit: sentences, words of a sentence that is too
// long, characters of a word that is. Each keeps the space that follows it.
func pieces(text string, limit int) []string {
	var all []string
	for _, s := range sentences(text) {
		if Length(strings.TrimSpace(s)) <= limit {
			all = append(all, s)
			continue
		}
		for _, w := range strings.SplitAfter(s, " ") {
			if Length(strings.TrimSpace(w)) <= limit {
				all = append(all, w)
				continue
			}
			all = append(all, characters(w)...)
		}
	}
	return all
}

func sentences(text string) []string {
	var all []string
	state := -1
	for text != "" {
		var s string
		s, text, state = uniseg.FirstSentenceInString(text, state)
		all = append(all, s)
	}
	return all
}

func characters(word string) []string {
	var all []string
	state := -1
	for word != "" {
		var c string
		c, word, _, state = uniseg.FirstGraphemeClusterInString(word, state)
		all = append(all, c)
	}
	return all
}

// fill puts as many pieces as fit into each post.
func fill(pieces []string, limit int) []string {
	var posts []string
	post := ""
	for _, p := range pieces {
		if post != "" && Length(strings.TrimSpace(post+p)) > limit {
			posts = append(posts, strings.TrimSpace(post))
			post = ""
		}
		post += strings.TrimLeftFunc(p, func(r rune) bool { return post == "" && unicode.IsSpace(r) })
	}
	if post = strings.TrimSpace(post); post != "" {
		posts = append(posts, post)
	}
	return posts
}
