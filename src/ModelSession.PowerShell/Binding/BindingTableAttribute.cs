using System.Collections;
using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Lets a parameter take a binding as a table, a PSCustomObject or a binding; what the caller gave is never changed.</summary>
internal sealed class BindingTableAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        try
        {
            // What else comes through the pipeline is for other parameters.
            return Tables.Plain(inputData) is IDictionary or PSCustomObject ? BindingObjects.OfTable(inputData!) : inputData;
        }
        catch (Exception error) when (error is ArgumentException or GraphException)
        {
            throw new ArgumentTransformationMetadataException(error.Message, error);
        }
    }
}
