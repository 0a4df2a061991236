using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Demands the name of an engine that is here, before anything is read or built.</summary>
internal sealed class ValidateEngineAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        try
        {
            _ = EngineChoice.Among(Engines.All, arguments as string ?? "");
        }
        catch (UnsupportedFeatureException error)
        {
            throw new ValidationMetadataException(error.Message, error);
        }
    }
}
