#compdef drumbeat
# drumbeat completion zsh >"${fpath[1]}/_drumbeat"
_drumbeat() {
	local -a offers
	local word about
	while IFS=$'\t' read -r word about; do
		offers+=("${word//:/\\:}:$about")
	done < <("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
	if ((${#offers})); then
		_describe drumbeat offers
	else
		_files
	fi
}
compdef _drumbeat drumbeat
