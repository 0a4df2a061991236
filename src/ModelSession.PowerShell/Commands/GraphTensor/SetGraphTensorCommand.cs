using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Gives variables of sessions a value.</summary>
[Cmdlet(VerbsCommon.Set, "GraphTensor", SupportsShouldProcess = true)]
[OutputType(typeof(ModelSession))]
public sealed class SetGraphTensorCommand : SessionCommand
{
    /// <summary>The variable, by name (<c>dense/kernel</c>, <c>dense/kernel:0</c>) or role; a pattern that matches one variable is allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, HelpMessage = "The variable, by name or role; a pattern that matches one variable is allowed.")]
    [NoSession]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The value: a number, which fills the variable, a list, lists of lists, an array of any rank, a tensor.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, HelpMessage = "A number, which fills the variable, a list, lists of lists, an array, or a tensor.")]
    [ValidateNotNull]
    public object Value { get; set; } = 0;

    /// <summary>The part of the variable that is set, in Python's notation: <c>0:3, :, -1</c>.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, HelpMessage = "The part of the variable that is set, in Python's notation: '0:3, :, -1'.")]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Slice { get; set; }

    /// <summary>Passes the session on.</summary>
    [Parameter(HelpMessage = "Pass the session on.")]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void Process(ModelSession session)
    {
        VariableInfo variable = Find(session);
        TensorSelection? part = Slice is not { Length: > 0 } ? null : TensorSelection.Parse(string.Join(",", Slice));
        Tensor value = Tables.Plain(Value) switch
        {
            GraphTensorValue { Value: { } read } => read,
            GraphTensorValue { Name: var name } => throw new ArgumentException($"'{name}' was read without its value. Read it with -IncludeValue."),
            GraphTensor symbol => throw new ArgumentException($"'{symbol.Name}' is a symbol of a graph, which has no value outside of a session. Read one: Get-GraphTensor -IncludeValue."),
            _ => TensorArgument.Convert(Value, variable.DType, variable.Name),
        };
        if (ShouldProcess(session.ToString(), $"Set {variable.Name}{(part is null ? "" : $"[{part}]")} to {value}"))
        {
            session.Assign(variable.Name, value, part);
        }

        if (PassThru)
        {
            WriteObject(session);
        }
    }

    private VariableInfo Find(ModelSession session)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(Name))
        {
            return session.Variable(Name);
        }

        WildcardPattern pattern = new(Name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        VariableInfo[] found = [.. session.Variables.Where(variable => pattern.IsMatch(variable.Name))];
        return found switch
        {
            [var one] => one,
            [] => throw new GraphException(StatusCode.NotFound, $"No variable has a name like '{Name}'.{NearestNames.Hint(Name, session.Variables.Select(variable => variable.Name))}{(Name.EndsWith(']') ? " A part is meant by -Slice." : "")}"),
            _ => throw new ArgumentException($"'{Name}' matches {found.Length} variables, such as '{found[0].Name}' and '{found[1].Name}'; a value is given to one. To set several, pipe their names: Get-GraphTensor '{Name}' -Variable."),
        };
    }
}
