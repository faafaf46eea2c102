/**
 * Completion for zsh.
 *
 * @module
 */

import { commandWords, optionOf } from "../command_words.ts";
import type { OperandsDefinition } from "../command_definition.ts";
import { type CommandName, COMMANDS } from "../definitions.ts";
import type { OptionDefinition, OptionName } from "../option_definitions.ts";

/** The script that zsh is to source, or to find as `_nnc` in its function path. */
export function zshCompletion(): string {
  const names = Object.keys(COMMANDS) as CommandName[];
  return `#compdef nnc
# Completion of nnc for zsh. Made by "nnc completions zsh".

_nnc() {
  local command
  local -i at
  for (( at = 2; at < CURRENT; at++ )); do
    case $words[at] in
      --) break ;;
${names.map((name) => `      ${commandWords(name).join("|")}) command=${name} ;;`).join("\n")}
    esac
    [[ -n $command ]] || continue
    # What is left is a command line of options and operands alone.
    words[at]=()
    (( CURRENT-- ))
    break
  done
  case $command in
${names.map(caseOfCommand).join("\n")}
    *)
      local -a commands
      commands=(
${names.map((name) => `        ${quote(`${name}:${COMMANDS[name].summary}`)}`).join("\n")}
      )
      _describe command commands
      _arguments \\
${names.flatMap(legacyFlags).map((spec) => `        ${spec} \\`).join("\n")}
        '(-h --help)'{-h,--help}'[print this help]' \\
        '(-V --version)'{-V,--version}'[print the version]'
      ;;
  esac
}

if [ "\${funcstack[1]}" = _nnc ]; then
  _nnc "$@"
else
  compdef _nnc nnc
fi
`;
}

function caseOfCommand(name: CommandName): string {
  const { options, operands } = COMMANDS[name];
  const specs = [
    ...options.map((option) => describeOption(option, name)),
    `'(-h --help)'{-h,--help}'[print this help]'`,
    ...operands ? [completeOperands(operands)] : [],
  ];
  return `    ${name})
      _arguments -s -S \\
${specs.map((spec) => `        ${spec}`).join(" \\\n")}
      ;;`;
}

function completeOperands({ name, endings, choices }: OperandsDefinition): string {
  if (choices) return `'1:${name}:(${choices.join(" ")})'`;
  if (!endings) return `'*:${name}:_files'`;
  const names = endings.map((ending) => ending.slice(1)).join("|");
  return `'*:${name}:_files -g "*.(#i)(${names})(-.)"'`;
}

function legacyFlags(name: CommandName): string[] {
  const [short, long] = commandWords(name).filter((word) => word.startsWith("-"));
  if (!short || !long) return [];
  return [`'(${short} ${long})'{${short},${long}}${quote(`[the same as "${name}"]`)}`];
}

function describeOption(name: OptionName, command: CommandName): string {
  const definition = optionOf(COMMANDS[command], name);
  const { short, help } = definition;
  const value = definition.kind === "flag"
    ? ""
    : `:${definition.value}:${completeValue(definition)}`;
  const text = quote(`[${escape(help)}]${value}`);
  const long = definition.kind === "flag" ? `--${name}` : `--${name}=`;
  if (!short) return `${long}${text}`;
  const letter = definition.kind === "flag" ? `-${short}` : `-${short}+`;
  return `'(-${short} --${name})'{${letter},${long}}${text}`;
}

function completeValue(definition: OptionDefinition): string {
  if (definition.kind === "choice") return `(${definition.choices.join(" ")})`;
  return definition.kind === "text" && definition.path ? "_files" : " ";
}

function escape(text: string): string {
  return text.replace(/[[\]\\]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
