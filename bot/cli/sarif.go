package cli

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"

	"drumbeat/playbooks/lint"
)

// The parts of SARIF 2.1.0 that findings need. Source:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		Results    []sarifResult `json:"results"` // empty, not null: it looked and found nothing
		ColumnKind string        `json:"columnKind"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string       `json:"id"`
		About   sarifText    `json:"shortDescription"`
		Default sarifDefault `json:"defaultConfiguration"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn"`
	}
)

// printSARIF prints the findings for code scanning.
func printSARIF(w io.Writer, found []lint.Finding) error {
	driver := sarifDriver{Name: "drumbeat playbook lint", Version: Version()}
	index := map[string]int{}
	for i, r := range lint.Rules() {
		index[r.ID] = i
		driver.Rules = append(driver.Rules, sarifRule{ID: r.ID, About: sarifText{r.About}, Default: sarifDefault{string(r.Level)}})
	}
	run := sarifRun{Tool: sarifTool{driver}, Results: []sarifResult{}, ColumnKind: "unicodeCodePoints"}
	for _, f := range found {
		text := f.Text + "."
		if f.Remedy != "" {
			text += " " + f.Remedy + "."
		}
		at := sarifPhysical{sarifArtifact{(&url.URL{Path: filepath.ToSlash(f.File)}).EscapedPath()}, sarifRegion{f.Line, f.Column}}
		run.Results = append(run.Results, sarifResult{RuleID: f.Rule, RuleIndex: index[f.Rule], Level: string(f.Level), Message: sarifText{text}, Locations: []sarifLocation{{at}}})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}
