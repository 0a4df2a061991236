using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Stands at the first positional parameter of a cmdlet that takes sessions from the pipeline, and tells who gives it one how sessions
/// are given: as a text, a session would be looked for as a name or a path.</summary>
/// <remarks>Session itself is the last positional parameter: were it the first one, <c>loss</c> in <c>$s | Invoke-ModelSession loss</c> would be
/// taken for it.</remarks>
internal sealed class NoSessionAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => Refuse(inputData) ?? inputData;

    /// <summary>Null for what is no session.</summary>
    /// <exception cref="ArgumentTransformationMetadataException">It is one.</exception>
    public static object? Refuse(object? inputData)
    {
        object? plain = Tables.Plain(inputData);
        object? first = plain is object?[] { Length: > 0 } several ? Tables.Plain(several[0]) : plain;
        return first is ModelSession
            ? throw new ArgumentTransformationMetadataException("A session is given in its place. Give sessions by the pipeline, by name (-Session $session), or as the last argument.")
            : null;
    }
}
