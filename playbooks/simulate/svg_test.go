package simulate_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"drumbeat/incident"
	"drumbeat/playbooks/simulate"
)

func drawn(t *testing.T, r simulate.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.SVG(&b); err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(b.Bytes())); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && (e.Name.Local == "script" || e.Name.Local == "a") {
			t.Errorf("the drawing has <%s>", e.Name.Local)
		}
	}
}

func TestDrawing(t *testing.T) {
	t.Parallel()
	course := silence()
	course.Title, course.Broken = `"Saving" <fails> & more`, []string{"twitter"}
	course.Turns = []simulate.Turn{{To: incident.Identified, After: 20 * time.Minute}}
	got := drawn(t, run(t, "default", course))
	for _, part := range []string{`role="img" aria-labelledby="title desc"`, "<title id=\"title\">SEV1 under playbook default: &#34;Saving&#34; &lt;fails&gt; &amp; more</title>", `<desc id="desc">Promises: `,
		"prefers-color-scheme:dark", ">Customers<", ">status page<", ">promised to customers<", ">promised to stakeholders<", ">#incidents<", ">Omar<", ">Did not work<", ">X<",
		">nobody answers a call<", ">from here on nobody types anything<", ">identified<", "<title>due +30:00: kept</title>", "+05:00 rings: Harbor INC-42"} {
		if !strings.Contains(got, part) {
			t.Errorf("the drawing lacks %s", part)
		}
	}
	if strings.Count(got, `class="late"`) != 2 { // the promise, and the sign that explains it
		t.Errorf("%d late bars, want one beside its explanation", strings.Count(got, `class="late"`)-1)
	}
}

func TestDrawingOfLittle(t *testing.T) {
	t.Parallel()
	course := simulate.Duty("SEV4", tuesday)
	course.For = time.Minute
	if got := drawn(t, run(t, "default", course)); strings.Contains(got, ">Did not work<") || !strings.Contains(got, ">#incidents<") {
		t.Error("a minute of a SEV4 has one channel, and nothing fails")
	}
}
