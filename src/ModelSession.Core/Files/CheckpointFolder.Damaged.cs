using ModelSessions.Files;

namespace ModelSessions;

public static partial class CheckpointFolder
{
    /// <summary>The checkpoints of a folder that <see cref="List"/> leaves out since they are damaged. One that is being saved, or whose save was
    /// cut short, is not among them: it has no index yet, or the folder's journal speaks of it.</summary>
    /// <exception cref="ModelFileException">The folder is not there or cannot be read.</exception>
    public static IReadOnlyList<DamagedCheckpoint> ListDamaged(string folder)
    {
        List<DamagedCheckpoint> damaged = [];
        foreach (string prefix in In(folder).Where(prefix => Describe(prefix) is null).Order(StringComparer.Ordinal))
        {
            // Whoever removes a checkpoint removes its index first: after the second look there is none.
            if (DamageOf(prefix) is { } error && IsThere(prefix) && SaveJournal.Read(folder)?.Name != Path.GetFileName(prefix))
            {
                damaged.Add(new DamagedCheckpoint(prefix, CheckpointFiles.IterationOf(prefix), error));
            }
        }

        return damaged;
    }

    private static bool IsThere(string prefix) => File.Exists(prefix + CheckpointFiles.IndexSuffix) || CheckpointV1Files.Find(prefix) is not null;

    private static ModelSessionException? DamageOf(string prefix)
    {
        try
        {
            using CheckpointReader reader = CheckpointReader.Open(prefix);
            return (reader as BundleReader)?.FindFault() is { } fault ? NotListed(prefix, fault) : null;
        }
        catch (ModelFileException error)
        {
            return error.Code == StatusCode.DataLoss && IsIndexAlone(prefix) ? null : NotListed(prefix, error);
        }
        catch (UnsupportedFeatureException error)
        {
            return error;
        }
    }

    // An index that is none, beside which nothing of a checkpoint lies, is somebody else's file.
    private static bool IsIndexAlone(string prefix) =>
        File.Exists(prefix + CheckpointFiles.IndexSuffix) && !CheckpointFiles.DataFiles(prefix).Any() && !File.Exists(prefix + CheckpointFiles.MetaSuffix);

    private static ModelFileException NotListed(string prefix, ModelFileException fault) => new(
        fault.Code == StatusCode.NotFound ? StatusCode.DataLoss : fault.Code, prefix,
        $"the checkpoint is not whole, and not listed: {fault.Message.TrimEnd('.')}. Test-ModelCheckpoint tells all that is wrong with it. Copy its files again, or restore another.",
        innerException: fault);
}
