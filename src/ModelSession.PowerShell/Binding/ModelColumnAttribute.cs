using System.Globalization;
using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Of a parameter for a column of data, in commands of Export-ModelCommand: empty texts, and words that mean it in files, are missing values, not zeros, and texts of true and
/// false are such.</summary>
/// <param name="kind">What the column holds.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
public sealed class ModelColumnAttribute(ColumnKind kind) : ArgumentTransformationAttribute
{
    private static readonly IReadOnlyList<string> s_missing = new TableOptions().MissingValues;

    /// <summary>What the column holds.</summary>
    public ColumnKind Kind { get; } = kind;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => Tables.Plain(inputData) switch
    {
        null or "" => null,
        string text when s_missing.Contains(text) => null,
        string text when Kind == ColumnKind.Boolean && bool.TryParse(text, out bool value) => value,
        string text when Kind == ColumnKind.Boolean && text is "0" or "1" => text == "1",
        string text when Kind == ColumnKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new ArgumentTransformationMetadataException($"'{text}' is no number."),
        _ => inputData,
    };
}
