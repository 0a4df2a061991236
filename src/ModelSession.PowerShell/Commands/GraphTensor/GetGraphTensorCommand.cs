using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Finds tensors of a session's graph by name.</summary>
[Cmdlet(VerbsCommon.Get, "GraphTensor")]
[OutputType(typeof(GraphTensor))]
public sealed class GetGraphTensorCommand : SessionCommand
{
    /// <summary>Names of tensors (<c>train/loss:0</c>), operations (<c>train/loss</c>) or roles (<c>loss</c>); wildcards match names. All by
    /// default.</summary>
    [Parameter(Position = 0, HelpMessage = "Names of tensors, operations or roles; wildcards match names.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        foreach (string name in Name)
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                WildcardPattern pattern = new(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
                WriteObject(
                    session.Graph.Operations.SelectMany(operation => operation.Outputs)
                        .Where(tensor => pattern.IsMatch(tensor.Name) || pattern.IsMatch(tensor.Operation.Name)),
                    enumerateCollection: true);
            }
            else
            {
                Guard(name, () =>
                {
                    // A name that is not there is not found; asked for as a tensor's, TensorFlow calls it a wrong argument.
                    _ = session.Operation(name);
                    WriteObject(session.Tensor(name));
                });
            }
        }
    }
}
