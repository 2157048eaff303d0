-- outbox.lua stands before commit.lua, claim.lua and settle.lua: what they
-- share about deliveries. It reads KEYS[1], the bucket's base, and nothing of
-- ARGV.
--
-- A row is a hash of strings:
--   body      the delivery as JSON
--   stream    its stream's name          to, lane, slot  as the delivery's
--   urgent    '0' or '1'                 expires         stamp of NotAfter, ''
--   notbefore stamp of NotBefore, ''     queued          stamp of its commit
--   order     16 digits: its place among all of the bucket
--   state     'waiting', 'sending' or 'doubt'
--   due       stamp, '' at once          attempt, lost   counts
--   doubt     '0' or '1'                 token           of the lease, ''
--   withdrawn '1' when it is not wanted any more, should it come back
--
-- Stamps have a fixed width, so that they order as text. Places in sorted sets
-- are members of score 0: a nanosecond does not fit into a score.

local call = redis.call

local function key(kind, name) return KEYS[1] .. kind .. ':' .. name end

local function read(id)
  local flat = call('HGETALL', key('row', id))
  if #flat == 0 then return nil end
  local row = { id = id }
  for i = 1, #flat, 2 do row[flat[i]] = flat[i + 1] end
  return row
end

local function lane(row) return key('lane', row.stream:match('^[^/]*') .. '/' .. row.lane) end

local function slots(row) return key('slots', row.stream) end

-- The queue that a row stands in while it can be claimed, and its place there.
local function place(row)
  if row.due == '' then
    return key('ready' .. row.urgent, row.to), row.queued .. row.order .. row.id
  end
  return key('later' .. row.urgent, row.to), row.due .. row.order .. row.id
end

local function enqueue(row)
  local queue, member = place(row)
  call('ZADD', queue, 0, member)
  if row.expires ~= '' then call('ZADD', key('expiry', row.to), 0, row.expires .. row.id) end
end

local function dequeue(row)
  local queue, member = place(row)
  call('ZREM', queue, member)
  if row.expires ~= '' then call('ZREM', key('expiry', row.to), row.expires .. row.id) end
end

-- The ID at the head of a row's lane, or nil.
local function head(row)
  local first = call('ZRANGE', lane(row), 0, 0)[1]
  return first and first:sub(17)
end

local function barred(row)
  if row.lane ~= '' and head(row) ~= row.id then return true end
  if row.slot == '' then return false end
  local sent = call('HGET', slots(row), 'sent/' .. row.slot)
  return sent and sent ~= row.id
end

-- Lets a row be claimed if nothing bars it. Doing it again changes nothing.
local function offer(row)
  if row and not barred(row) then enqueue(row) end
end

-- Deletes a row and offers those that it barred.
local function drop(row)
  dequeue(row)
  call('DEL', key('row', row.id))
  if row.slot ~= '' then
    call('HDEL', slots(row), (row.state == 'waiting' and 'next/' or 'sent/') .. row.slot)
    local newer = call('HGET', slots(row), 'next/' .. row.slot)
    if newer then offer(read(newer)) end
  end
  if row.lane ~= '' then
    call('ZREM', lane(row), row.order .. row.id)
    local first = head(row)
    if first then offer(read(first)) end
  end
end

-- Gives a newer row the older one's place in the lane and its time, if that is
-- earlier. The older one is still to be dropped.
local function inherit(older, newer)
  if older.lane == newer.lane then newer.order = older.order end
  if older.notbefore < newer.notbefore then newer.notbefore = older.notbefore end
  newer.due = newer.notbefore
end

local function put(row)
  call('HSET', key('row', row.id), 'body', row.body, 'stream', row.stream, 'to', row.to,
    'lane', row.lane, 'slot', row.slot, 'urgent', row.urgent, 'expires', row.expires,
    'notbefore', row.notbefore, 'queued', row.queued, 'order', row.order,
    'state', row.state, 'due', row.due, 'attempt', row.attempt, 'lost', row.lost,
    'doubt', row.doubt, 'token', row.token)
  if row.lane ~= '' then call('ZADD', lane(row), 0, row.order .. row.id) end
end

-- Takes back what waits in a slot, and marks what was sent before.
local function withdraw(row)
  local waiting = call('HGET', slots(row), 'next/' .. row.slot)
  if waiting then drop(read(waiting)) end
  local sent = call('HGET', slots(row), 'sent/' .. row.slot)
  if sent then call('HSET', key('row', sent), 'withdrawn', '1') end
end

-- Adds a new row: waiting, in its slot, behind what bars it.
local function add(row)
  if row.slot == '' then
    put(row)
    return offer(row)
  end
  local waiting = call('HGET', slots(row), 'next/' .. row.slot)
  local older = waiting and read(waiting)
  if older then inherit(older, row) end
  put(row)
  if older then drop(older) end
  call('HSET', slots(row), 'next/' .. row.slot, row.id)
  offer(row)
end

-- A row that surely was not applied waits again, unless it is obsolete.
local function again(row, at)
  local newer = row.slot ~= '' and call('HGET', slots(row), 'next/' .. row.slot)
  if newer then
    newer = read(newer)
    if newer.lane ~= '' then call('ZREM', lane(newer), newer.order .. newer.id) end
    inherit(row, newer)
    put(newer)
    return drop(row)
  end
  if row.withdrawn == '1' then return drop(row) end
  dequeue(row)
  row.state, row.due, row.doubt, row.lost, row.token = 'waiting', at, '0', '0', ''
  put(row)
  if row.slot ~= '' then
    call('HDEL', slots(row), 'sent/' .. row.slot)
    call('HSET', slots(row), 'next/' .. row.slot, row.id)
  end
  offer(row)
end

-- Settles one outcome; returns whether it changed anything.
local function settle(id, token, result, at)
  local row = read(id)
  if not row then return false end
  local held = row.state == 'sending' and row.token == token
  if result == 'done' or held and result == 'dead' then
    drop(row)
  elseif held and result == 'retry' then
    again(row, at)
  elseif held and result == 'unknown' then
    dequeue(row)
    row.state, row.due, row.doubt, row.lost, row.token = 'doubt', at, '1', '0', ''
    put(row)
    offer(row)
  else
    return false
  end
  return true
end
