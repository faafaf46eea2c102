/**
 * Completion for bash, from version 3.2 on, which macOS has.
 *
 * @module
 */

import { commandWords } from "../command_words.ts";
import { type CommandName, COMMANDS } from "../definitions.ts";
import { type OptionDefinition, type OptionName, OPTIONS } from "../option_definitions.ts";

/** The script that bash is to source. */
export function bashCompletion(): string {
  return `# Completion of nnc for bash. Made by "nnc completions bash".

_nnc_words() {
  local IFS=' '
  COMPREPLY=($(compgen -W "$1" -- "$current"))
}

# Folders, and files of one of the endings in $1, or all files.
_nnc_files() {
  local IFS=$'\\n' path lower stem
  COMPREPLY=()
  for path in $(compgen -f -- "$current"); do
    if [ -z "$1" ] || [ -d "$path" ]; then
      COMPREPLY+=("$path")
      continue
    fi
    lower=$(printf '%s' "$path" | tr '[:upper:]' '[:lower:]')
    stem=\${lower%.*}
    # An ending may have two parts.
    case " $1 " in
      *" .\${lower##*.} "* | *" .\${stem##*.}.\${lower##*.} "*) COMPREPLY+=("$path") ;;
    esac
  done
}

_nnc() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command='' options=yes word
  # Bash splits --option=value into three words.
  if [ "$current" = = ]; then
    current=''
  elif [ "$previous" = = ]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      --) options='' && break ;;
${commandNames().map(caseOfCommand).join("\n")}
    esac
  done
  if [ -n "$options" ]; then
    case $previous in
${optionNames().flatMap(caseOfValue).join("\n")}
    esac
  fi
  case $command in
${commandNames().map(caseOfOperands).join("\n")}
    *) _nnc_words "${[...commandNames(), ...topFlags()].join(" ")}" ;;
  esac
}

complete -o filenames -F _nnc nnc
`;
}

function commandNames(): CommandName[] {
  return Object.keys(COMMANDS) as CommandName[];
}

function optionNames(): OptionName[] {
  return Object.keys(OPTIONS) as OptionName[];
}

function topFlags(): string[] {
  const legacy = commandNames().flatMap(commandWords).filter((word) => word.startsWith("-"));
  return [...legacy, "--help", "--version"];
}

function caseOfCommand(name: CommandName): string {
  return `      ${commandWords(name).join(" | ")}) [ -n "$command" ] || command=${name} ;;`;
}

/** What follows an option that takes a value. */
function caseOfValue(name: OptionName): string[] {
  const definition: OptionDefinition = OPTIONS[name];
  if (definition.kind === "flag") return [];
  const words = [...definition.short ? [`-${definition.short}`] : [], `--${name}`].join(" | ");
  const action = `${valueAction(definition)} && return`;
  const isSwitch = definition.kind === "text" && definition.isSwitchFor;
  return isSwitch
    ? [`      ${words}) [ "$command" = ${isSwitch} ] || { ${action}; } ;;`]
    : [`      ${words}) ${action} ;;`];
}

function valueAction(definition: OptionDefinition): string {
  if (definition.kind === "choice") return `_nnc_words "${definition.choices.join(" ")}"`;
  return definition.kind === "text" && definition.path ? "_nnc_files ''" : "COMPREPLY=()";
}

function caseOfOperands(name: CommandName): string {
  const { operands, options } = COMMANDS[name];
  const flags = [...options.map((option) => `--${option}`), "--help"].join(" ");
  const files = !operands
    ? "COMPREPLY=()"
    : operands.choices
    ? `_nnc_words "${operands.choices.join(" ")}"`
    : `_nnc_files "${(operands.endings ?? []).join(" ")}"`;
  return `    ${name})
      if [ -n "$options" ] && [ "\${current#-}" != "$current" ]; then
        _nnc_words "${flags}"
      else
        ${files}
      fi
      ;;`;
}
