-- list.lua selects summaries of a workspace.
--
-- KEYS  1 the bucket's base
-- ARGV  1 workspace   2 a cursor's beginning, not before it, ''
--       3 a cursor or its beginning, before it, ''
--       4 Rev to go on behind, '' newest first   5 limit
--       6 '1' to leave out what is open
--       then the names of the indexes that all must hold it, at least one
-- Returns {0, summary…}, a summary being {stream, seq, rev, body}.
--
-- It reads the smallest of the indexes and asks the others.

local call = redis.call
local function key(kind, name) return KEYS[1] .. kind .. ':' .. name end

local workspace, from, before, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[5])
local found, chunk = { 0 }, math.max(limit, 100)

local indexes, smallest = {}, nil
for i = 7, #ARGV do
  local index = key('at', workspace .. ARGV[i])
  local size = call('ZCARD', index)
  indexes[#indexes + 1] = index
  if not smallest or size < smallest then smallest, indexes[1], indexes[#indexes] = size, index, indexes[1] end
end

local function consider(cursor, name)
  if ARGV[6] == '1' and call('ZSCORE', key('at', workspace .. '/open'), cursor) then return end
  for _, index in ipairs(indexes) do
    if not call('ZSCORE', index, cursor) then return end
  end
  local sum = call('HMGET', key('sum', name), 'seq', 'rev', 'body')
  found[#found + 1] = { name, sum[1], sum[2], sum[3] }
end

local function byTime()
  local min, max = from == '' and '-' or '[' .. from, before == '' and '+' or '(' .. before
  repeat
    local cursors = call('ZREVRANGEBYLEX', indexes[1], max, min, 'LIMIT', 0, chunk)
    for _, cursor in ipairs(cursors) do
      if #found > limit then return end
      consider(cursor, cursor:sub(22))
      max = '(' .. cursor
    end
  until #cursors < chunk
end

local function byRev()
  local rev = ARGV[4]
  repeat
    local names = call('ZRANGEBYSCORE', key('revs', workspace), '(' .. rev, '+inf', 'LIMIT', 0, chunk)
    for _, name in ipairs(names) do
      if #found > limit then return end
      local sum = call('HMGET', key('sum', name), 'cursor', 'rev')
      local time = sum[1]:sub(1, 20)
      if from <= time and (before == '' or time < before) then consider(sum[1], name) end
      rev = sum[2]
    end
  until #names < chunk
end

if ARGV[4] == '' then byTime() else byRev() end
return found
