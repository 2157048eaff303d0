-- settle.lua records how an attempt ended.
--
-- KEYS  1 the bucket's base
-- ARGV  1 delivery   2 token of its lease   3 'done', 'retry', 'unknown' or
--       'dead'   4 stamp of Outcome.At, '' at once
-- Returns {1} if that changed anything, else {0}.

return { settle(ARGV[1], ARGV[2], ARGV[3], ARGV[4]) and 1 or 0 }
