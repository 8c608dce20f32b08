# SPDX-License-Identifier: Apache-2.0
# Completion of corten's command line for fish. scripts/make-completions puts the tables of options in.

# __corten_words prints the words before the one that is completed, without options and their values: the command and its arguments.
function __corten_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l skip 0
    set -l command ''
    for word in $words
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            if not string match -q -- '*=*' $word; and contains -- "$command $word" $__corten_values
                set skip 1
            end
        else
            test -n "$command"; or set command $word
            echo $word
        end
    end
end

function __corten_at_command
    test -z (__corten_words)[1]
end

# __corten_at COMMAND [N]: the command line is at that command, with N arguments before the one that is completed.
function __corten_at
    set -l words (__corten_words)
    test "$words[1]" = $argv[1]; or return 1
    test (count $argv) = 1; or test (count $words) = (math $argv[2] + 1)
end

# __corten_ids STATUS...: containers that have one of these; any without.
function __corten_ids
    set -l root
    set -l words (commandline -opc)
    for i in (seq (count $words))
        switch $words[$i]
            case --root -root
                set root --root $words[(math $i + 1)]
            case '--root=*' '-root=*'
                set root --root (string replace -r '^-+root=' '' -- $words[$i])
        end
    end
    corten $root list 2>/dev/null |
        awk -v wanted=" $argv " 'NR > 1 && (wanted == "  " || index(wanted, " " $3 " ")) { print $1 }'
end

complete -c corten -f

@TABLES@
