namespace ModelSessions.Cpu.Kernels.Strings;

/// <summary>Which script a character belongs to, by the numbers of ICU's UScriptCode.</summary>
internal static class UnicodeScripts
{
    private const int LastCharacter = 0x10FFFF;

    private static readonly Lazy<(int[] Starts, short[] Scripts)> s_ranges = new(Read);

    /// <summary>The script; −1 of what is no character.</summary>
    public static int Of(int character)
    {
        if (character is < 0 or > LastCharacter)
        {
            return -1;
        }

        (int[] starts, short[] scripts) = s_ranges.Value;
        int at = System.Array.BinarySearch(starts, character);
        return scripts[at >= 0 ? at : ~at - 1];
    }

    // Runs of characters of one script: how far each begins behind the one before, and the script's number plus 1, as varints. The table
    // was made by asking TensorFlow 2.16 for every character.
    private static (int[] Starts, short[] Scripts) Read()
    {
        using Stream stream = typeof(UnicodeScripts).Assembly.GetManifestResourceStream("scripts.bin")!;
        List<int> starts = [];
        List<short> scripts = [];
        int start = 0;
        while (ReadVarint(stream) is >= 0 and var distance)
        {
            starts.Add(start += distance);
            scripts.Add((short)(ReadVarint(stream) - 1));
        }

        return ([.. starts], [.. scripts]);
    }

    private static int ReadVarint(Stream stream)
    {
        int value = 0;
        for (int shift = 0; ; shift += 7)
        {
            int next = stream.ReadByte();
            if (next < 0)
            {
                return -1;
            }

            value |= (next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }
    }
}
