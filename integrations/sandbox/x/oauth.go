package x

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"drumbeat/integrations/sandbox"
)

// skew is how far a request's timestamp may be off.
const skew = 5 * time.Minute

// pair is one parameter of a signature's base string, escaped.
type pair struct{ name, value string }

// authenticate verifies the OAuth 1.0a signature of a request (RFC 5849, 3.2)
// and gives the account whose token it carries. The lock is held.
func (s *Server) authenticate(r *http.Request) (Account, error) {
	given, err := authorization(r.Header.Get("Authorization"))
	if err != nil {
		return Account{}, err
	}
	i := slices.IndexFunc(s.config.Accounts, func(a Account) bool { return a.Token != "" && a.Token == given["oauth_token"] })
	switch {
	case given["oauth_consumer_key"] == "" || given["oauth_consumer_key"] != s.config.ConsumerKey:
		return Account{}, errors.New("unknown consumer key")
	case i < 0:
		return Account{}, errors.New("unknown token")
	case given["oauth_signature_method"] != "HMAC-SHA1":
		return Account{}, errors.New("signature method is not HMAC-SHA1")
	case given["oauth_version"] != "" && given["oauth_version"] != "1.0":
		return Account{}, errors.New("version is not 1.0")
	case given["oauth_nonce"] == "":
		return Account{}, errors.New("no nonce")
	}
	account := s.config.Accounts[i]
	params, err := parameters(r, given)
	if err != nil {
		return Account{}, err
	}
	want := signature(baseString(r, params), s.config.ConsumerSecret, account.TokenSecret)
	if !hmac.Equal([]byte(want), []byte(given["oauth_signature"])) {
		return Account{}, errors.New("the signature does not match")
	}
	return account, s.fresh(given)
}

// fresh refuses an old or repeated request. Only signed ones use up their nonce.
func (s *Server) fresh(given map[string]string) error {
	now := s.config.Signed()
	seconds, err := strconv.ParseInt(given["oauth_timestamp"], 10, 64)
	if err != nil {
		return errors.New("no timestamp")
	}
	if off := now.Sub(time.Unix(seconds, 0)); off > skew || off < -skew {
		return errors.New("timestamp out of bounds")
	}
	for nonce, at := range s.nonces {
		if now.Sub(at) > 2*skew {
			delete(s.nonces, nonce)
		}
	}
	key := given["oauth_token"] + " " + given["oauth_nonce"]
	if _, used := s.nonces[key]; used {
		return errors.New("the nonce was used before")
	}
	s.nonces[key] = now
	return nil
}

// authorization takes the header apart: OAuth name="value", …
func authorization(header string) (map[string]string, error) {
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "OAuth") {
		return nil, errors.New("no OAuth authorization")
	}
	given := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, quoted, ok := strings.Cut(strings.TrimSpace(part), "=")
		value, err := url.PathUnescape(strings.Trim(quoted, `"`))
		if !ok || err != nil || len(quoted) < 2 || quoted[0] != '"' || quoted[len(quoted)-1] != '"' {
			return nil, errors.New("the authorization header cannot be read")
		}
		if _, twice := given[name]; twice {
			return nil, errors.New("a parameter of the authorization header comes twice")
		}
		given[name] = value
	}
	return given, nil
}

// parameters gathers what is signed: the header's, the query's and a form's.
func parameters(r *http.Request, given map[string]string) ([]pair, error) {
	var all []pair
	for name, value := range given {
		if name != "oauth_signature" && name != "realm" {
			all = append(all, pair{escape(name), escape(value)})
		}
	}
	sources := []string{r.URL.RawQuery}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/x-www-form-urlencoded" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, errors.New("the body cannot be read")
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		sources = append(sources, string(body))
	}
	for _, source := range sources {
		values, err := url.ParseQuery(source)
		if err != nil {
			return nil, errors.New("the parameters cannot be read")
		}
		for name, list := range values {
			for _, value := range list {
				all = append(all, pair{escape(name), escape(value)})
			}
		}
	}
	return all, nil
}

func baseString(r *http.Request, params []pair) string {
	slices.SortFunc(params, func(a, b pair) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	list := make([]string, 0, len(params))
	for _, p := range params {
		list = append(list, p.name+"="+p.value)
	}
	u := sandbox.URL(r)
	host := strings.ToLower(u.Host)
	if p := u.Port(); u.Scheme == "http" && p == "80" || u.Scheme == "https" && p == "443" {
		host = strings.TrimSuffix(host, ":"+p)
	}
	return r.Method + "&" + escape(u.Scheme+"://"+host+u.EscapedPath()) + "&" + escape(strings.Join(list, "&"))
}

func signature(base, consumerSecret, tokenSecret string) string {
	mac := hmac.New(sha1.New, []byte(escape(consumerSecret)+"&"+escape(tokenSecret)))
	mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// escape is the percent-encoding of RFC 5849, 3.6: all but letters, digits and -._~.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
