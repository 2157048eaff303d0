package webapi

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	timestamp   = regexp.MustCompile(`^\d{1,12}(\.\d{1,6})?$`)
	channelName = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]+$`)
	punctuation = regexp.MustCompile(`^[_-]+$`)
	emoji       = regexp.MustCompile(`^:[a-z0-9_+'-]+(::skin-tone-\d)?:$`)
	link        = regexp.MustCompile(`^https?://\S+$`)
)

// IsTS reports whether text is a message's ts; a bare second is one too.
func IsTS(text string) bool { return timestamp.MatchString(text) }

// IsEmoji reports whether text may be an emoji, colons included.
func IsEmoji(text string) bool { return emoji.MatchString(text) }

// ChannelName gives the argument name when a channel's name may be so: at most
// 80 characters, lower case, digits, - and _.
func (c *Call) ChannelName() (string, error) {
	name := c.Values["name"]
	switch {
	case utf8.RuneCountInString(name) > 80:
		return "", Refuse("invalid_name_maxlength")
	case !channelName.MatchString(name):
		return "", Refuse("invalid_name_specials")
	case punctuation.MatchString(name):
		return "", Refuse("invalid_name_punctuation")
	}
	return name, nil
}

// CheckBookmark checks the arguments link and emoji, where they are given.
func (c *Call) CheckBookmark() error {
	if v, given := c.Values["link"]; given && !link.MatchString(v) {
		return Refuse("invalid_link")
	}
	if v := c.Values["emoji"]; v != "" && !IsEmoji(v) {
		return Refuse("invalid_emoji")
	}
	return nil
}

// Within tells whether a ts lies between the arguments oldest and latest, which
// count themselves only with inclusive.
func (c *Call) Within() (func(ts string) bool, error) {
	oldest, latest := c.Values["oldest"], c.Values["latest"]
	if oldest != "" && !IsTS(oldest) {
		return nil, Refuse("invalid_ts_oldest")
	}
	if latest != "" && !IsTS(latest) {
		return nil, Refuse("invalid_ts_latest")
	}
	return func(ts string) bool {
		low, high := 1, -1
		if oldest != "" {
			low = compare(ts, oldest)
		}
		if latest != "" {
			high = compare(ts, latest)
		}
		return low > 0 && high < 0 || c.Is("inclusive") && low >= 0 && high <= 0
	}, nil
}

// compare orders two ts.
func compare(a, b string) int {
	micros := func(ts string) int64 {
		seconds, rest, _ := strings.Cut(ts, ".")
		n, _ := strconv.ParseInt(seconds+(rest + "000000")[:6], 10, 64)
		return n
	}
	return cmp.Compare(micros(a), micros(b))
}
