package slack

import (
	"cmp"
	"slices"
	"time"

	"drumbeat/integrations/sandbox/slack/webapi"
)

func (c *call) authTest() (reply, error) {
	return reply{"url": c.home(), "team": c.config.Domain, "team_id": c.config.TeamID,
		"user": c.config.BotName, "user_id": c.config.BotUser, "bot_id": c.config.BotID,
		"is_enterprise_install": false}, nil
}

func (c *call) appsConnectionsOpen() (reply, error) {
	if c.Sockets == nil {
		return nil, webapi.Refuse("invalid_auth")
	}
	return reply{"url": c.Sockets.Ticket()}, nil
}

func (w *Workspace) home() string { return "https://" + w.config.Domain + ".slack.com/" }

func (c *call) teamInfo() (reply, error) {
	return reply{"team": reply{"id": c.config.TeamID, "name": c.config.Domain, "domain": c.config.Domain,
		"email_domain": "", "url": c.home()}}, nil
}

func (c *call) botsInfo() (reply, error) {
	if bot := c.Values["bot"]; bot != "" && bot != c.config.BotID {
		return nil, webapi.Refuse("bot_not_found")
	}
	return reply{"bot": reply{"id": c.config.BotID, "deleted": false, "name": c.config.BotName,
		"app_id": c.config.AppID, "user_id": c.config.BotUser}}, nil
}

// drawPerson leaves the address out without users:read.email.
func (c *call) drawPerson(p Person) reply {
	zone := cmp.Or(p.TZ, "Etc/UTC")
	offset := 0
	if loc, err := time.LoadLocation(zone); err == nil {
		_, offset = c.now().In(loc).Zone()
	}
	name := cmp.Or(p.RealName, p.Name)
	profile := reply{"real_name": name, "display_name": p.Name, "team": c.config.TeamID}
	if p.Email != "" && slices.Contains(c.config.Scopes, "users:read.email") {
		profile["email"] = p.Email
	}
	return reply{"id": p.ID, "team_id": c.config.TeamID, "name": p.Name, "real_name": name,
		"deleted": p.Deleted, "is_bot": p.Bot, "tz": zone, "tz_label": zone, "tz_offset": offset, "profile": profile}
}

func (c *call) usersInfo() (reply, error) {
	p, ok := c.person(c.Values["user"])
	if !ok || p.ID != c.Values["user"] {
		return nil, webapi.Refuse("user_not_found")
	}
	return reply{"user": c.drawPerson(p)}, nil
}

func (c *call) usersPresence() (reply, error) {
	p, ok := c.person(cmp.Or(c.Values["user"], c.config.BotUser))
	if !ok {
		return nil, webapi.Invalid("user not found")
	}
	return reply{"presence": cmp.Or(p.Presence, "active")}, nil
}

func (c *call) usersList() (reply, error) {
	part, next, err := webapi.Page(c.Call, c.people, 1000, 1000)
	if err != nil {
		return nil, err
	}
	drawn := []reply{}
	for _, p := range part {
		drawn = append(drawn, c.drawPerson(p))
	}
	return reply{"members": drawn, "cache_ts": c.now().Unix(), "response_metadata": cursor(next)}, nil
}

func (c *call) usersLookupByEmail() (reply, error) {
	for _, p := range c.people {
		if p.Email == c.Values["email"] && !p.Deleted {
			return reply{"user": c.drawPerson(p)}, nil
		}
	}
	return nil, webapi.Refuse("users_not_found")
}

func (c *call) usergroupsList() (reply, error) {
	drawn := []reply{}
	for _, g := range c.groups {
		r := reply{"id": g.ID, "team_id": c.config.TeamID, "is_usergroup": true, "handle": g.Handle,
			"name": cmp.Or(g.Name, g.Handle), "date_delete": 0}
		if c.Is("include_users") {
			r["users"] = g.Users
		}
		if c.Is("include_count") {
			r["user_count"] = len(g.Users)
		}
		drawn = append(drawn, r)
	}
	return reply{"usergroups": drawn}, nil
}

func (c *call) usergroupsUsersList() (reply, error) {
	i := slices.IndexFunc(c.groups, func(g Group) bool { return g.ID == c.Values["usergroup"] })
	if i < 0 {
		return nil, webapi.Refuse("no_such_subteam")
	}
	return reply{"users": c.groups[i].Users}, nil
}
