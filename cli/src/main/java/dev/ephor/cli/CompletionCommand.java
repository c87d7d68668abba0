package dev.ephor.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = "Print a script that completes commands and options in a shell.",
        footer = {
            "",
            "Examples:",
            "  source <(ephor completion bash)",
            "  ephor completion bash > ~/.local/share/bash-completion/completions/ephor",
            "  autoload -U compinit && compinit && source <(ephor completion zsh)",
        })
final class CompletionCommand implements Callable<Integer> {
    /// Shells that are known.
    enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell = Shell.bash;

    @Override
    public Integer call() {
        String script = AutoComplete.bash("ephor", Commands.all());
        if (shell == Shell.zsh) {
            script = "autoload -U +X bashcompinit && bashcompinit\n" + script;
        }
        System.out.print(script);
        return ExitCode.OK;
    }
}
