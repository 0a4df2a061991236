using System.Management.Automation;
using ModelSessions.Data;

namespace ModelSessions.PowerShell;

/// <summary>Lets a parameter that takes a whole dataset take one part too: then it learns from that, without validation.</summary>
internal sealed class WholeDatasetAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => Tables.Plain(inputData) switch
    {
        DatasetPart part => new ModelDataset(part.Name, part, null, null),
        string text => throw NoDataset.Of(text),
        _ when Deserialized.IsData(inputData) => throw NoDataset.FromElsewhere(),
        _ => NoSessionAttribute.Refuse(inputData) ?? inputData,
    };
}

/// <summary>Lets a parameter that takes the part to test with take a whole dataset too: then it is the test part.</summary>
internal sealed class TestPartAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => Tables.Plain(inputData) switch
    {
        ModelDataset { Test: { } test } => test,
        ModelDataset data => throw new ArgumentTransformationMetadataException($"The dataset '{data.Name}' has no test part. Give the part to test with, such as $data.{(data.Validation is null ? "Train, or set some aside when it is imported: -TestSplit 0.2" : "Validation")}."),
        string text => throw NoDataset.Of(text),
        _ when Deserialized.IsData(inputData) => throw NoDataset.FromElsewhere(),
        _ => NoSessionAttribute.Refuse(inputData) ?? inputData,
    };
}

/// <summary>The names of files and of ready-made data are given to Import-ModelDataset.</summary>
internal static class NoDataset
{
    public static ArgumentTransformationMetadataException Of(string text) =>
        new($"'{text}' is a text, not a dataset. Data are made by Import-ModelDataset: $data = Import-ModelDataset Mnist, or -Path for files of your own.");

    public static ArgumentTransformationMetadataException FromElsewhere() =>
        new("This is what another process, or a file, tells of a dataset; the data stayed there. Import them here: $data = Import-ModelDataset Mnist, or -Path for files of your own.");
}
