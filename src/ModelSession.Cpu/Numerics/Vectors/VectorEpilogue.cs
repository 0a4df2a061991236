namespace ModelSessions.Cpu.Numerics;

/// <summary>Bias and activation for a result that lies in memory.</summary>
/// <param name="bias">Added; null for none.</param>
/// <param name="sameForAll">Whether the bias is one value; else one for each element.</param>
/// <param name="relu">Whether negative values become 0.</param>
internal readonly unsafe struct VectorEpilogue<T>(T* bias, bool sameForAll, bool relu)
    where T : unmanaged
{
    /// <summary>Applies both to some elements.</summary>
    public void Apply<TVector, TLanes>(T* values, int start, int count)
        where TVector : struct
        where TLanes : ILanes<TVector, T>
    {
        for (int i = start; bias != null && i < start + count; i++)
        {
            values[i] = TLanes.Add(values[i], bias[sameForAll ? 0 : i]);
        }

        for (int i = start; relu && i < start + count; i++)
        {
            values[i] = TLanes.Relu(values[i]);
        }
    }
}
