using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Completes the names of signatures of the session that the command is given, or else of all live ones.</summary>
public sealed class SignatureNameCompleter : Completer
{
    private protected override IEnumerable<CompletionResult> Complete(string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        Dictionary<string, SignatureInfo> signatures = [];
        foreach (SignatureInfo signature in SessionsAtHand.Find(commandAst, fakeBoundParameters).SelectMany(session => session.Signatures))
        {
            signatures.TryAdd(signature.Name, signature);
        }

        return SessionsAtHand.Complete(wordToComplete, signatures.Keys, name => signatures[name].ToString());
    }
}
