package redis

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"drumbeat/incident/stream"
)

// epoch is added to Unix seconds, so that the years 0 to 9999 have 12 digits.
const epoch = 100_000_000_000

// instant writes a time as 21 digits that order as the times do. Years beyond
// 0 to 9999 are taken as those.
func instant(t time.Time) string {
	seconds := min(max(t.Unix()+epoch, 0), 999_999_999_999)
	return fmt.Sprintf("%012d%09d", seconds, t.Nanosecond())
}

// stamp is instant, but the zero time, which stands for none, is "".
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return instant(t)
}

func parseStamp(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if len(s) != 21 {
		return time.Time{}, fmt.Errorf("time %q has not 21 digits", s)
	}
	seconds, err := strconv.ParseInt(s[:12], 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("time %q: %w", s, err)
	}
	nanoseconds, err := strconv.ParseInt(s[12:], 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("time %q: %w", s, err)
	}
	return time.Unix(seconds-epoch, nanoseconds).UTC(), nil
}

// A body is a head as one line of JSON, then data as it came: JSON within JSON
// would be rewritten.

type recordHead struct {
	stream.Meta
	Kind string `json:"kind"`
}

type summaryHead struct {
	At   time.Time `json:"at"`
	Open bool      `json:"open"`
	Tags []string  `json:"tags,omitempty"`
}

func encodeBody(head any, data []byte) (string, error) {
	line, err := json.Marshal(head)
	if err != nil {
		return "", err
	}
	return string(line) + "\n" + string(data), nil
}

func decodeBody(body string, head any) (json.RawMessage, error) {
	line, data, ok := bytes.Cut([]byte(body), []byte("\n"))
	if !ok {
		return nil, fmt.Errorf("body of %d bytes has no line of its own for the head", len(body))
	}
	if err := json.Unmarshal(line, head); err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, nil
	}
	return data, nil
}

func encodeRecord(r stream.Record) (string, error) {
	r.At = r.At.UTC()
	return encodeBody(recordHead{r.Meta, r.Kind}, r.Data)
}

func decodeRecord(id stream.ID, seq int, body string) (stream.Record, error) {
	var head recordHead
	data, err := decodeBody(body, &head)
	if err != nil {
		return stream.Record{}, fmt.Errorf("record %s/%d: %w", id, seq, err)
	}
	return stream.Record{Stream: id, Seq: seq, Meta: head.Meta, Kind: head.Kind, Data: data}, nil
}

func encodeSummary(s stream.Summary) (string, error) {
	return encodeBody(summaryHead{s.At.UTC(), s.Open, s.Tags}, s.Data)
}

// decodeSummary reads what list.lua gives of one: stream, seq, rev, body.
func decodeSummary(name, seq, rev, body string) (stream.Summary, error) {
	var head summaryHead
	data, err := decodeBody(body, &head)
	if err != nil {
		return stream.Summary{}, fmt.Errorf("summary of %s: %w", name, err)
	}
	s := stream.Summary{At: head.At, Open: head.Open, Tags: head.Tags, Data: data}
	if s.Stream, err = stream.ParseID(name); err != nil {
		return stream.Summary{}, err
	}
	if s.Seq, err = strconv.Atoi(seq); err != nil {
		return stream.Summary{}, fmt.Errorf("summary of %s: seq: %w", name, err)
	}
	if s.Rev, err = strconv.ParseInt(rev, 10, 64); err != nil {
		return stream.Summary{}, fmt.Errorf("summary of %s: rev: %w", name, err)
	}
	return s, nil
}

// texts takes an answer that is a list of strings.
func texts(answer any) ([]string, error) {
	list, ok := answer.([]any)
	if !ok {
		return nil, fmt.Errorf("redis answered %T, not a list", answer)
	}
	all := make([]string, len(list))
	for i, v := range list {
		if all[i], ok = v.(string); !ok {
			return nil, fmt.Errorf("redis answered a list with %T, not of text", v)
		}
	}
	return all, nil
}
