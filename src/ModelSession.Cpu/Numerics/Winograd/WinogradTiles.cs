namespace ModelSessions.Cpu.Numerics;

/// <summary>The tiles of an image, counted row by row, in groups whose values at the points stay in the second-level cache.</summary>
internal readonly struct WinogradTiles
{
    private const int CacheBytes = 512 * 1024;

    /// <summary>The tiles of an image.</summary>
    /// <param name="rows">Rows of results.</param>
    /// <param name="columns">Columns of results.</param>
    /// <param name="size">Results of a tile in each dimension.</param>
    /// <param name="bytesPerTile">Bytes that a tile needs at one point.</param>
    /// <param name="leastGroups">Groups that the threads want.</param>
    public WinogradTiles(int rows, int columns, int size, int bytesPerTile, int leastGroups)
    {
        Size = size;
        Rows = (rows + size - 1) / size;
        Columns = (columns + size - 1) / size;
        int most = Math.Max(CacheBytes / (WinogradPoints.Square * bytesPerTile), 8);
        GroupCount = Math.Min(Math.Max((Rows * Columns + most - 1) / most, leastGroups), Rows * Columns);
        MaxGroup = (Rows * Columns + GroupCount - 1) / GroupCount;
        MaxGroupRows = Math.Min((MaxGroup + Columns - 2) / Columns + 1, Rows);
    }

    /// <summary>Results of a tile in each dimension.</summary>
    public int Size { get; }

    /// <summary>Tiles from top to bottom.</summary>
    public int Rows { get; }

    /// <summary>Tiles from left to right.</summary>
    public int Columns { get; }

    /// <summary>The number of groups.</summary>
    public int GroupCount { get; }

    /// <summary>The most tiles of a group.</summary>
    public int MaxGroup { get; }

    /// <summary>The most rows of tiles that a group touches.</summary>
    public int MaxGroupRows { get; }

    /// <summary>Where a group begins.</summary>
    public int Start(int group) => (int)((long)group * Rows * Columns / GroupCount);
}
