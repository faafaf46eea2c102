/**
 * Completion for fish.
 *
 * @module
 */

import { commandWords, optionOf } from "../command_words.ts";
import { type CommandName, COMMANDS } from "../definitions.ts";
import type { OptionDefinition, OptionName } from "../option_definitions.ts";

/** The script that fish is to source, or to find as `nnc.fish` in its completions folder. */
export function fishCompletion(): string {
  const names = Object.keys(COMMANDS) as CommandName[];
  return `# Completion of nnc for fish. Made by "nnc completions fish".

# The command that was named so far, if any.
function __nnc_command
    for word in (commandline -opc)[2..-1]
        switch $word
            case --
                return
${names.map(caseOfCommand).join("\n")}
        end
    end
end

function __nnc_is
    test "$(__nnc_command)" = "$argv[1]"
end

complete -c nnc -f
${names.map(completeName).join("\n")}
complete -c nnc -n '__nnc_is ""' -s V -l version -d 'print the version'
complete -c nnc -s h -l help -d 'print this help'

${names.flatMap(completeCommand).join("\n")}
`;
}

function caseOfCommand(name: CommandName): string {
  return `            case ${commandWords(name).join(" ")}
                echo ${name}
                return`;
}

function completeName(name: CommandName): string {
  const { letter, alias, summary } = COMMANDS[name];
  const unnamed = `complete -c nnc -n '__nnc_is ""'`;
  const word = `${unnamed} -a ${name} -d ${quote(summary)}`;
  if (!letter) return word;
  return `${word}\n${unnamed} -s ${letter} -l ${alias ?? name} -d ${
    quote(`the same as "${name}"`)
  }`;
}

function completeCommand(name: CommandName): string[] {
  const { options, operands } = COMMANDS[name];
  const when = `complete -c nnc -n '__nnc_is ${name}'`;
  const lines = options.map((option) => `${when} ${describeOption(option, name)}`);
  if (operands?.choices) lines.push(`${when} -a ${quote(operands.choices.join(" "))}`);
  else if (operands?.endings) {
    lines.push(`${when} -k -a ${quote(`(__fish_complete_suffix ${operands.endings.join(" ")})`)}`);
  } else if (operands) lines.push(`${when} -F`);
  return lines;
}

function describeOption(name: OptionName, command: CommandName): string {
  const definition = optionOf(COMMANDS[command], name);
  const short = definition.short ? ` -s ${definition.short}` : "";
  return `-l ${name}${short}${completeValue(definition)} -d ${quote(definition.help)}`;
}

function completeValue(definition: OptionDefinition): string {
  switch (definition.kind) {
    case "flag":
      return "";
    case "choice":
      return ` -x -a ${quote(definition.choices.join(" "))}`;
    default:
      return definition.kind === "text" && definition.path ? " -r -F" : " -x";
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
