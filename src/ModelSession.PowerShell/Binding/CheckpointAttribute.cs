using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Takes a checkpoint that was listed in another process (a job, a remote one, a file of Export-Clixml) for the files that it names.</summary>
internal sealed class CheckpointAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (!Deserialized.Is<CheckpointInfo>(inputData) || ((PSObject)inputData!).Properties[nameof(CheckpointInfo.Prefix)]?.Value is not string prefix)
        {
            return inputData;
        }

        try
        {
            return CheckpointFolder.Resolve(prefix);
        }
        catch (ModelFileException error)
        {
            throw new ArgumentTransformationMetadataException(error.Message, error);
        }
    }
}
