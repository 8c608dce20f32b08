# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154,SC2086 # the tables define them; words are split
#
# Completion of corten's command line for bash. scripts/make-completions puts the tables of options in.

@TABLES@

# _corten_ids STATUS...: containers that have one of these; any without.
_corten_ids() {
	corten "${root[@]}" list 2>/dev/null |
		awk -v wanted=" $* " 'NR > 1 && (wanted == "  " || index(wanted, " " $3 " ")) { print $1 }'
}

# _corten_kind KIND: what a value or an argument can be.
_corten_kind() {
	local words=()
	case $1 in
	file) compopt -o filenames && mapfile -t words < <(compgen -f -- "$current") ;;
	directory) compopt -o filenames && mapfile -t words < <(compgen -d -- "$current") ;;
	signal) mapfile -t words < <(compgen -W "$(compgen -A signal) $(compgen -A signal SIG | sed 's/^SIG//')" -- "$current") ;;
	capability) mapfile -t words < <(compgen -W "$_corten_capabilities" -- "$current") ;;
	command) mapfile -t words < <(compgen -W "$_corten_commands" -- "$current") ;;
	ids*) mapfile -t words < <(compgen -W "$(_corten_ids ${1#ids})" -- "$current") ;;
	words\ *) mapfile -t words < <(compgen -W "${1#words }" -- "$current") ;;
	esac
	COMPREPLY+=("${words[@]}")
}

_corten() {
	local current=${COMP_WORDS[COMP_CWORD]} command='' kind='' option='' root=() arguments=0 word REPLY
	COMPREPLY=()
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[ "$word" != = ] || continue # bash takes --root=/x for three words
		if [ -n "$kind" ]; then
			[[ $option != *-root ]] || root=(--root "$word")
			kind=''
		elif [[ $word == -* ]]; then
			option=$word
			_corten_value "$command" "$word"
			kind=$REPLY
		elif [ -z "$command" ]; then
			command=$word
		else
			arguments=$((arguments + 1))
		fi
	done
	[ "$current" != = ] || current=''
	if [ -n "$kind" ]; then
		_corten_kind "$kind"
	elif [[ $current == -* ]]; then
		_corten_options "$command"
		mapfile -t COMPREPLY < <(compgen -W "$REPLY" -- "$current")
	elif [ -z "$command" ]; then
		_corten_kind command
	else
		_corten_argument "$command" "$arguments"
		_corten_kind "$REPLY"
	fi
}

complete -F _corten corten
