package email

import (
	"context"
	"fmt"

	"drumbeat/integrations"
)

// Probe connects, signs in and says good-bye. It proves host, TLS and password, and sends nothing: whether the server
// lets From write is seen by the first mail.
func (e *Email) Probe(ctx context.Context) []integrations.Finding {
	var found []integrations.Finding
	client, done, err := e.dial(ctx)
	if err != nil {
		found = append(found, refused(err))
	} else {
		_ = client.Quit() // what it was asked for is proved
		done()
		text := fmt.Sprintf("%s takes mail.", e.config.Host)
		if e.config.Username != "" {
			text = fmt.Sprintf("%s takes the password.", e.config.Host)
		}
		found = append(found, integrations.Finding{Level: integrations.OK, Subject: "email", Text: text})
	}
	if e.config.Mode == "live" && len(e.config.List) == 0 {
		found = append(found, integrations.Finding{Level: integrations.Failure, Subject: "email.list", Text: "is empty and the mode is live: words for customers would reach nobody and be given up.",
			Remedy: "Write the addresses, or leave mode out."})
	}
	return found
}

// refused: what the server says for good (5xx) while nothing but a greeting and a sign-in was asked is about the
// password; all else is the way there.
func refused(err error) integrations.Finding {
	f := integrations.Finding{Level: integrations.Failure, Subject: "email", Text: err.Error(),
		Remedy: "See whether this machine reaches email.host and email.port (many clouds bar port 25), and whether email.tls is what the server speaks."}
	if integrations.IsPermanent(err) {
		f.Subject, f.Remedy = "email.password", "Correct email.username and email.password; many providers want a password made for one application."
	}
	return f
}
