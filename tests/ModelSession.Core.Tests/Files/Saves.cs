using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Tests.Files;

/// <summary>Checkpoints written without a session.</summary>
internal static class Saves
{
    private static readonly CheckpointOptions s_options = new(FlushToDisk: false);

    /// <summary>Saves with a new saver that goes on from the folder's state file.</summary>
    public static CheckpointInfo Write(
        string folder, long? iteration, Action<BundleWriter> addTensors, string stem = "model.ckpt", CheckpointOptions? options = null, MetaGraphDef? graph = null)
    {
        options ??= s_options;
        return CheckpointWriter.Write(
            folder, new SaveOptions { Name = stem }, iteration, new CheckpointContent([addTensors], () => graph ?? new MetaGraphDef()), options, new CheckpointHistory(options), default);
    }
}
