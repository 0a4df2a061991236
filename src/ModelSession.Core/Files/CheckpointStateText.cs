using ModelSessions.Protos;

namespace ModelSessions.Files;

/// <summary>The text form of a CheckpointState, in which TensorFlow writes the file <c>checkpoint</c>.</summary>
internal static class CheckpointStateText
{
    /// <summary>Writes the text as TensorFlow's Python does.</summary>
    public static string Write(CheckpointState state) => TextFormat.Print(state);

    /// <summary>Reads the text; false if it is damaged, has unknown fields, or names no checkpoint.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out CheckpointState state)
    {
        state = new CheckpointState();
        try
        {
            TextFormat.Merge(bytes, state);
            return state.ModelCheckpointPath.Length > 0;
        }
        catch (ModelFileException)
        {
            return false;
        }
    }
}
