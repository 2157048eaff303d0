-- commit.lua writes a batch, all or nothing: it refuses before it writes.
--
-- KEYS  1 the bucket's base
-- ARGV  1 workspace   2 stream (kind and name too)   3 After   4 '1' to erase
--       5 stamp of the newest record, '' without records
--       6 summary: its body   7 its cursor   8 its index names, a JSON list
--       9 the stamp that stands for no time
--       10 how many outcomes, 11 records, 12 deliveries follow:
--       outcomes   of 4: delivery, token, result, stamp of At
--       records    of 2: key, body
--       deliveries of 8: id, body, to, lane, slot, urgent, stamp of NotAfter,
--                        stamp of NotBefore
-- Returns {1, 'ok'} or, of a batch that was refused, {0, 'conflict'} or
-- {0, 'duplicate', key, stream that has it}.

local workspace, name, after, erase = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local outcomes, records, deliveries = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
local firstRecord = 13 + 4 * outcomes
local firstDelivery = firstRecord + 2 * records
local log, sum, keys = key('log', name), key('sum', name), key('keys', workspace)

for i = 0, records - 1 do
  local intent = ARGV[firstRecord + 2 * i]
  local has = intent ~= '' and call('HGET', keys, intent)
  local rewritten = erase and i < after and has == name
  if has and not rewritten then return { 0, 'duplicate', intent, has } end
end
if records > 0 and call('LLEN', log) ~= after then return { 0, 'conflict' } end

-- The first write decides whether there is memory: Redis refuses it when it is
-- full, and refuses nothing of a script that has begun to write. What only
-- settles begins by deleting, so that a full store can be drained.
if records > 0 then
  local rev = call('INCR', key('rev', workspace))
  if erase then call('DEL', log) end
  for i = 0, records - 1 do
    local intent = ARGV[firstRecord + 2 * i]
    if intent ~= '' then call('HSET', keys, intent, name) end
    call('RPUSH', log, ARGV[firstRecord + 2 * i + 1])
  end

  local cursor, names = ARGV[7], ARGV[8]
  local old = call('HMGET', sum, 'cursor', 'names')
  if old[1] ~= cursor or old[2] ~= names then
    if old[1] then
      for _, index in ipairs(cjson.decode(old[2])) do
        call('ZREM', key('at', workspace .. index), old[1])
      end
    end
    for _, index in ipairs(cjson.decode(names)) do
      call('ZADD', key('at', workspace .. index), 0, cursor)
    end
  end
  call('HSET', sum, 'cursor', cursor, 'names', names, 'body', ARGV[6],
    'seq', erase and records or after + records, 'rev', rev, 'newest', ARGV[5])
  call('ZADD', key('revs', workspace), rev, name)
elseif deliveries > 0 then
  call('INCRBY', key('order', ''), 0)
end

for i = 0, outcomes - 1 do
  local o = 13 + 4 * i
  settle(ARGV[o], ARGV[o + 1], ARGV[o + 2], ARGV[o + 3])
end

local queued = deliveries > 0 and call('HGET', sum, 'newest') or ARGV[9]
for i = 0, deliveries - 1 do
  local d = firstDelivery + 8 * i
  local row = {
    id = ARGV[d], body = ARGV[d + 1], to = ARGV[d + 2], lane = ARGV[d + 3], slot = ARGV[d + 4],
    urgent = ARGV[d + 5], expires = ARGV[d + 6], notbefore = ARGV[d + 7], due = ARGV[d + 7],
    stream = name, queued = queued, state = 'waiting', attempt = '0', lost = '0', doubt = '0', token = '',
  }
  if row.to == '' then
    if row.slot ~= '' then withdraw(row) end
  elseif call('EXISTS', key('row', row.id)) == 0 then
    row.order = string.format('%016d', call('INCR', key('order', '')))
    add(row)
  end
end
return { 1, 'ok' }
