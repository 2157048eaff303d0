-- claim.lua hands out what is due and marks it sending.
--
-- KEYS  1 the bucket's base
-- ARGV  1 stamp of now   2 stamp of the leases' end   3 token of the leases
--       4 which: '1' urgent, '0' the rest, '10' both, urgent first
--       then pairs: far end, free places
-- Returns {1 if anything was claimed else 0, lease…}, a lease being {body,
-- attempt, lost, doubt, stamp of the commit, urgent, stamp of its due time,
-- order, stamp of NotBefore, '1' if it took a place}, in no order.
--
-- Queues hold only what nothing bars, so that no more is read than is handed
-- out. What is past its NotAfter is looked up by itself, at most 1,000 of a far
-- end and call: it needs no place.

local now, finish, token, which = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local leases = { 0 }

local function take(row)
  local due = row.due == '' and row.queued or row.due
  local expired = row.expires ~= '' and row.expires < now
  dequeue(row)
  if row.state == 'waiting' and row.slot ~= '' then
    call('HDEL', slots(row), 'next/' .. row.slot)
    call('HSET', slots(row), 'sent/' .. row.slot, row.id)
  elseif row.state == 'sending' then
    row.lost, row.doubt = row.lost + 1, '1'
  end
  row.attempt = row.attempt + 1
  row.state, row.token, row.due = 'sending', token, finish
  put(row)
  enqueue(row)
  leases[1] = 1
  leases[#leases + 1] = {
    row.body, tostring(row.attempt), tostring(row.lost), row.doubt, row.queued, row.urgent, due, row.order,
    row.notbefore, expired and '0' or '1',
  }
end

local function expire(to)
  for _, member in ipairs(call('ZRANGEBYLEX', key('expiry', to), '-', '(' .. now, 'LIMIT', 0, 1000)) do
    local row = read(member:sub(#now + 1))
    local wanted = which:find(row.urgent, 1, true)
    if wanted and row.due <= now and row.token ~= token then take(row) end
  end
end

local function deliver(to, urgent, free)
  local ready = call('ZRANGE', key('ready' .. urgent, to), 0, free - 1)
  local later = call('ZRANGEBYLEX', key('later' .. urgent, to), '-', '(' .. now .. ':', 'LIMIT', 0, free)
  for _, member in ipairs(later) do ready[#ready + 1] = member end
  table.sort(ready)
  local taken = 0
  for i = 1, math.min(free, #ready) do
    local row = read(ready[i]:sub(#now + 17))
    if row.token ~= token then
      take(row)
      taken = taken + 1
    end
  end
  return taken
end

for i = 5, #ARGV, 2 do
  local to, free = ARGV[i], tonumber(ARGV[i + 1])
  expire(to)
  for urgent in which:gmatch('.') do
    if free > 0 then free = free - deliver(to, urgent, free) end
  end
end
return leases
