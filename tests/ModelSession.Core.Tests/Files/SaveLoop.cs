namespace ModelSessions.Tests.Files;

/// <summary>Not a test but the process that <see cref="CheckpointWriterTests"/> kills.</summary>
public sealed class SaveLoop
{
    internal const string Variable = "MODELSESSION_TEST_SAVE_LOOP";

    [Fact]
    public void Saves_for_ever_when_it_is_asked_to()
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(folder is null, "This is the process that another test kills.");
        int value = CheckpointFolder.HasAny(folder!) ? (int)CheckpointWriterTests.Value(CheckpointFolder.Resolve(folder!).Prefix) : 0;
        // Each prefix is written twice: the second time over the first.
        for (; ; value++)
        {
            Saves.Write(folder!, value / 2, bundle => CheckpointWriterTests.AddTensors(bundle, value + 1));
        }
    }
}
