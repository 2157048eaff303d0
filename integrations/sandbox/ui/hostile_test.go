package ui_test

import (
	"regexp"
	"strings"
	"testing"
)

const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)> <javascript:alert(3)|click> ` + "`</code><b onclick=x>` ```</pre><u>```" + ` <@"><i>> <#"><u>|<u>> javascript:alert(4)`

// TestHostile writes the same words wherever words can come from.
func TestHostile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.bot.says("/api/v2/summary.json", `{"status":{"indicator":"none\"><script>alert(1)</script>","description":"<script>alert(1)</script>"},
		"components":[{"name":"<script>alert(1)</script>","status":"<script>alert(1)</script>"}],
		"incidents":[{"name":"<script>alert(1)</script>","status":"x","shortlink":"javascript:alert(3)","incident_updates":[{"status":"x","body":"<script>alert(1)</script>"}]}]}`)
	ts, err := w.Slack.Say("omar", "incidents", "", hostile)
	if err != nil {
		t.Fatal(err)
	}
	w.post("C1", "x", `[{"type":"header","text":{"type":"plain_text","text":"<script>alert(1)</script>"}},
		{"type":"section","text":{"type":"mrkdwn","text":"<javascript:alert(3)|x> <script>alert(1)</script>"}},
		{"type":"actions","elements":[{"type":"button","action_id":"a\"><script>","value":"\"><script>alert(1)","url":"javascript:alert(3)","text":{"type":"plain_text","text":"<script>alert(1)</script>"}}]}]`)
	w.trigger(hostile, "1")
	w.sms("+14155550101", hostile)
	w.X.Publish("harborstatus", hostile)
	w.publish("<script>alert(1)</script>", hostile)
	w.mail("customers@lists.example", "<script>alert(1)</script>", hostile)
	for _, address := range []string{"/", "/?thread=" + ts, "/?as=%3Cscript%3E&in=%22%3E%3Cscript%3Ealert(1)&thread=%22%3E%3Cscript%3E", "/?in=@%22%3E%3Cscript%3Ealert(1)"} {
		page := w.get(address)
		w.want(page, "!<script>", "!<img src=x", `!href="javascript`, "!<b onclick", "!<u>", `!"><i>`)
		if !strings.Contains(address, "@") {
			w.want(page, "&lt;script&gt;alert(1)&lt;/script&gt;")
		}
	}
	w.want(w.do("say", "in", "C1", "text", "/<script>"), "&lt;script&gt;", "!<script>")
}

// drawn is what markup may become, and nothing else.
var (
	drawn = regexp.MustCompile(`^(?:<(?:/?(?:b|i|s|code|pre|blockquote|a|span)|br)>|<span class="mention(?: me)?">|<a href="[^"<>]*"(?: target="_blank" rel="noopener noreferrer")?>|[^<>\x00])*$`)
	said  = regexp.MustCompile(`(?s)<p class="text">(.*?)</p>\s*<a class="thread`)
)

func TestMarkup(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"*bold* and _slanted_ and ~gone~":                  "<b>bold</b> and <i>slanted</i> and <s>gone</s>",
		"2*3*4 snake_case_name a~b~c":                      "2*3*4 snake_case_name a~b~c",
		"`*as it is*`":                                     "<code>*as it is*</code>",
		"```\n<b>\n```":                                    "<pre>&lt;b&gt;</pre>",
		"&lt;b&gt; &amp; <b>":                              "&lt;b&gt; &amp; &lt;b&gt;",
		"<https://a.example/?a=1&amp;b=2|the page>":        `<a href="https://a.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">the page</a>`,
		"<javascript:x|the page>":                          "&lt;javascript:x|the page&gt;",
		"<@U1> and <@U2>":                                  `<span class="mention me">@Maya</span> and <span class="mention">@Omar</span>`,
		"<#C2|other>":                                      `<a href="/?as=maya&amp;in=C2">#other</a>`,
		"<https://sandbox.slack.com/archives/C2|the room>": `<a href="/?as=maya&amp;in=C2">the room</a>`,
		"<!here>":                 `<span class="mention">@here</span>`,
		"> quoted\nnot":           "<blockquote>quoted</blockquote>not",
		"*<https://a.example|x>*": `<b><a href="https://a.example" target="_blank" rel="noopener noreferrer">x</a></b>`,
		"<https://a.example|`x`>": `<a href="https://a.example" target="_blank" rel="noopener noreferrer"><code>x</code></a>`,
	} {
		w := newWorld(t)
		w.post("C1", given, "")
		if got := said.FindStringSubmatch(w.get("/")); got == nil || got[1] != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}

// FuzzMarkup: whatever somebody writes, only the tags of markup come out.
func FuzzMarkup(f *testing.F) {
	for _, seed := range []string{hostile, "*a* _b_ ~c~ `d`", "```e```", "<https://a.example|*f*>", "\x000\x00", "*<@U1>* `\x001\x00`", "> g\n> h", "_<_>_", "<#\"|\">"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.TrimSpace(text) == "" {
			return
		}
		w := newWorld(t)
		if _, err := w.Slack.Say("omar", "incidents", "", text); err != nil {
			t.Skip() // not a message
		}
		got := said.FindStringSubmatch(w.get("/"))
		if got == nil || !drawn.MatchString(got[1]) {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}
