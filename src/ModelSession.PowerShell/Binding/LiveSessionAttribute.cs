using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Tells whoever gives a session that came out of another process (a job, a remote one, a file of Export-Clixml) that only its properties did.</summary>
internal sealed class LiveSessionAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => Deserialized.Is<ModelSession>(inputData)
        ? throw new ArgumentTransformationMetadataException(
            "This is what another process, or a file, tells of a session; the session itself stayed in its process. Save it there (Save-ModelCheckpoint), and open the checkpoint here (Restore-ModelSession).")
        : inputData;
}
