# drumbeat completion fish >~/.config/fish/completions/drumbeat.fish
function __drumbeat
	set --local line (commandline --tokenize --current-process --cut-at-cursor)
	$line[1] complete -- $line[2..] (commandline --current-token) 2>/dev/null
end
complete --command drumbeat --no-files --arguments '(__drumbeat)'
complete --command drumbeat --long-option config --require-parameter --force-files
