package twitter

import "strings"

// countries are the top-level domains of two letters.
const countries = " ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz " +
	"ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr " +
	"ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp " +
	"ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu " +
	"mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw " +
	"sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz " +
	"ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "

// generic are the longer ones that a company's words are likely to name.
const generic = " com net org edu gov mil int info biz name pro mobi app dev cloud tech online site shop store blog page live news " +
	"status systems software network support help email agency company digital media studio design world today space " +
	"website services solutions tools zone xyz club link global group team work works host health bank games 中国 рф پاکستان "

// knownDomain reports whether X surely takes a name with this top-level domain (in lower case) for a link.
func knownDomain(tld string) bool {
	word := " " + tld + " "
	return strings.Contains(countries, word) || strings.Contains(generic, word)
}

// punycodeLength is how long a host's label is in its ASCII form, "xn--" included (RFC 3492; the variable names are
// the RFC's).
func punycodeLength(label string) int {
	input := []rune(label)
	basic := 0
	for _, r := range input {
		if r < 0x80 {
			basic++
		}
	}
	if basic == len(input) {
		return len(input)
	}
	length := len("xn--") + basic
	if basic > 0 {
		length++ // the delimiter
	}
	n, delta, bias := rune(0x80), 0, 72
	for h := basic; h < len(input); {
		m := rune(0x10FFFF)
		for _, r := range input {
			if r >= n {
				m = min(m, r)
			}
		}
		delta += int(m-n) * (h + 1)
		n = m
		for _, r := range input {
			if r < n {
				delta++
			}
			if r == n {
				length += digits(delta, bias)
				bias = adapt(delta, h+1, h == basic)
				delta = 0
				h++
			}
		}
		delta++
		n++
	}
	return length
}

// The parameters of RFC 3492 for host names.
const base, tMin, tMax, skew, damp = 36, 1, 26, 38, 700

// digits counts the characters that encode delta.
func digits(delta, bias int) int {
	for k := base; ; k += base {
		t := min(max(k-bias, tMin), tMax)
		if delta < t {
			return k / base
		}
		delta = (delta - t) / (base - t)
	}
}

func adapt(delta, points int, first bool) int {
	if first {
		delta /= damp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (base-tMin)*tMax/2; k += base {
		delta /= base - tMin
	}
	return k + (base-tMin+1)*delta/(delta+skew)
}
