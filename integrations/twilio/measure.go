package twilio

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"drumbeat/incident/stream"
	"drumbeat/incident/words"
)

// maxSegments is how many segments an SMS should have at most: those of the 320
// characters that Twilio advises (https://www.twilio.com/docs/glossary/what-sms-character-limit),
// where one of them is no GSM character.
const maxSegments = 5

// Measure tells of an SMS that is cut, and of one in so many segments that it
// comes late or in parts. A call is not measured: it takes its time.
func (t *Twilio) Measure(d stream.Delivery) []words.Length {
	if d.Args["voice"] == "true" || d.Words == nil {
		return nil
	}
	if n := utf8.RuneCountInString(clean(d.Words.Plain()) + "\n" + choices(d)); n > maxText {
		return []words.Length{{Is: n, Most: maxText, Unit: "characters", Then: "they are cut"}}
	}
	if n := segments(text(d)); n > maxSegments {
		return []words.Length{{Is: n, Most: maxSegments, Unit: "segments", Then: "they may come late, or in parts"}}
	}
	return nil
}

// The GSM 03.38 alphabet (3GPP TS 23.038): its characters, and those that take
// two places of it.
const (
	gsm    = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmTwo = "^{}\\[~]|€"
)

// segments is how many parts an SMS is carried in: of 160 characters, or 153 each
// where there are more; of 70, or 67, where one is not of the GSM alphabet
// (https://www.twilio.com/docs/glossary/what-is-ucs-2-character-encoding).
func segments(text string) int {
	places := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsm, r):
			places++
		case strings.ContainsRune(gsmTwo, r):
			places += 2
		default:
			return parts(len(utf16.Encode([]rune(text))), 70, 67)
		}
	}
	return parts(places, 160, 153)
}

func parts(n, alone, each int) int {
	if n <= alone {
		return 1
	}
	return (n + each - 1) / each
}
