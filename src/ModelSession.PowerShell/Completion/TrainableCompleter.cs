using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the variables of the model that a new one is built on, by the names that they get in it.</summary>
public sealed class TrainableCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string scope = fakeBoundParameters["Scope"] as string ?? BaseModelOptions.DefaultScope;
        IEnumerable<string> names = Tables.Plain(fakeBoundParameters["BaseModel"]) switch
        {
            ModelSession session => session.Variables.Select(variable => variable.Name),
            CheckpointInfo checkpoint => Stored(checkpoint.Prefix),
            string path => FilesAtHand.Resolved(path).Select(resolved => FilesAtHand.Try(() => CheckpointFolder.Resolve(resolved).Prefix)).OfType<string>().SelectMany(Stored),
            // The base is not typed yet, or is known only when the line runs.
            _ => ModelSession.Live.SelectMany(session => session.Variables).Select(variable => variable.Name),
        };
        return SessionsAtHand.Complete(wordToComplete, names.Select(name => $"{scope}/{name}"), name => $"variable {name}");
    }

    private static IEnumerable<string> Stored(string prefix) => FilesAtHand.Tensors(prefix).Select(tensor => tensor.Name);
}
