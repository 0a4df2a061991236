using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Demands the name of a command: a verb and a noun.</summary>
internal sealed class ValidateCommandNameAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is not string name || name.Split('-') is not [var verb, var noun] || !verb.All(char.IsAsciiLetter) || verb.Length == 0
            || noun.Length == 0 || !char.IsAsciiLetter(noun[0]) || !noun.All(char.IsAsciiLetterOrDigit))
        {
            throw new ValidationMetadataException($"'{arguments}' is no name of a command. It is Verb-Noun, such as Get-DigitClass: a verb, one '-', and a noun of letters and digits.");
        }
    }
}
