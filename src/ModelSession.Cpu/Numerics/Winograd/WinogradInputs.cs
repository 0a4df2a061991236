namespace ModelSessions.Cpu.Numerics;

/// <summary>Takes a group of tiles to the points.</summary>
internal static unsafe class WinogradInputs<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    /// <summary>The values at the points: [point][tile][channel].</summary>
    public static void Transform(
        T* image, in PaddedImage padded, in WinogradTiles tiles, int first, int count, T* paddedScratch, T* values,
        nint tileStep, nint pointStep, T* scratch)
    {
        int firstRow = first / tiles.Columns;
        int rows = (first + count - 1) / tiles.Columns - firstRow + 1;
        T* source = padded.Prepare(image, firstRow * tiles.Size, (rows - 1) * tiles.Size + WinogradPoints.Count, paddedScratch);
        for (int i = 0; i < count; i++)
        {
            (int row, int column) = Math.DivRem(first + i, tiles.Columns);
            T* tile = source + (nint)(row - firstRow) * tiles.Size * padded.RowStep + (nint)column * tiles.Size * padded.Channels;
            WinogradTransforms<T, TVector, TLanes>.Input(
                tile, padded.RowStep, padded.Channels, padded.Channels, values + i * tileStep, pointStep, scratch);
        }
    }
}
