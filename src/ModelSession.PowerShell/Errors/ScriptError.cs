using System.Management.Automation;
using System.Management.Automation.Language;

namespace ModelSessions.PowerShell;

/// <summary>Errors of a script of the user's: of a definition, of a schedule.</summary>
internal static class ScriptError
{
    /// <summary>The script's own record, shown at the line of the script where it happened.</summary>
    /// <param name="own">The record that the exception brings along.</param>
    /// <param name="error">The exception.</param>
    public static ErrorRecord Record(ErrorRecord own, Exception error)
    {
        ErrorRecord record = new(own, error);
        if (own.InvocationInfo is { ScriptLineNumber: > 0 } place && record.InvocationInfo is { } shown)
        {
            // A record that a cmdlet writes gets the cmdlet's place; this one stays.
            shown.DisplayScriptPosition = Extent(place);
        }

        // "Exception calling "MatMul" with "2" argument(s)" tells nothing that the line does not.
        if (error is MethodInvocationException { InnerException: (ModelSessionException or ArgumentException or OverflowException) and { } known })
        {
            record.ErrorDetails = new ErrorDetails(ErrorMap.WithoutParameter(known).Message);
        }

        return record;
    }

    private static ScriptExtent Extent(InvocationInfo place)
    {
        // What is underlined is the only thing that tells how long the statement is.
        int length = Math.Max(1, place.PositionMessage.Count(letter => letter == '~'));
        return new ScriptExtent(Position(place, place.OffsetInLine), Position(place, Math.Min(place.OffsetInLine + length, place.Line.TrimEnd().Length + 1)));
    }

    private static ScriptPosition Position(InvocationInfo place, int offset) => new(place.ScriptName, place.ScriptLineNumber, offset, place.Line);
}
