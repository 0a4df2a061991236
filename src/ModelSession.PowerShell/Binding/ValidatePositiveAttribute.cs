using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Demands a time above 0.</summary>
internal sealed class ValidatePositiveAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan time && time <= TimeSpan.Zero)
        {
            throw new ValidationMetadataException($"The time must be above 0; it is {time}.");
        }
    }
}
