namespace ModelSessions.Files;

/// <summary>How the slices that a tensor is stored in make up a slice that is wanted.</summary>
internal static class SliceLayout
{
    /// <summary>The stored slices that reach into the wanted one. Together they cover it, and no two overlap.</summary>
    /// <param name="stored">All slices of the tensor, with lengths written out.</param>
    /// <param name="wanted">The wanted slice, with lengths written out.</param>
    /// <returns>Positions in <paramref name="stored"/>; null if they do not cover it, or overlap.</returns>
    public static IReadOnlyList<int>? Cover(IReadOnlyList<TensorSlice> stored, TensorSlice wanted)
    {
        List<int> reaching = [];
        Int128 covered = 0;
        for (int i = 0; i < stored.Count; i++)
        {
            Int128 common = CommonVolume(stored[i], wanted);
            if (common > 0)
            {
                reaching.Add(i);
                covered += common;
            }
        }

        return covered == CommonVolume(wanted, wanted) && !Overlap(stored, reaching) ? reaching : null;
    }

    /// <summary>The contiguous runs of elements that a stored and a wanted slice have in common, in the order of the stored one.</summary>
    public static IEnumerable<SliceRun> Runs(TensorSlice stored, TensorSlice wanted)
    {
        // From the right: dimensions that both slices have as a whole make one run with the dimension before them.
        int rank = stored.Rank, axis = rank - 1;
        long count = 1, sourceStride = 1, targetStride = 1;
        for (; axis >= 0; axis--)
        {
            long length = CommonLength(stored, wanted, axis);
            count *= length;
            if (length != stored.Length(axis) || length != wanted.Length(axis))
            {
                break;
            }

            sourceStride = targetStride = count;
        }

        return count == 0 ? [] : Walk(stored, wanted, axis, count, sourceStride, targetStride);
    }

    private static IEnumerable<SliceRun> Walk(TensorSlice stored, TensorSlice wanted, int runAxis, long count, long sourceStride, long targetStride)
    {
        int outer = Math.Max(runAxis, 0);
        long[] index = new long[outer], sourceStrides = new long[outer], targetStrides = new long[outer];
        long source = 0, target = 0;
        for (int axis = runAxis; axis >= 0; axis--)
        {
            if (axis < outer)
            {
                (sourceStrides[axis], targetStrides[axis]) = (sourceStride, targetStride);
            }

            long start = Math.Max(stored.Start(axis), wanted.Start(axis));
            source += (start - stored.Start(axis)) * sourceStride;
            target += (start - wanted.Start(axis)) * targetStride;
            sourceStride *= stored.Length(axis);
            targetStride *= wanted.Length(axis);
        }

        while (true)
        {
            yield return new SliceRun(source, target, count);
            int axis = outer - 1;
            for (; axis >= 0; axis--)
            {
                index[axis]++;
                (source, target) = (source + sourceStrides[axis], target + targetStrides[axis]);
                if (index[axis] < CommonLength(stored, wanted, axis))
                {
                    break;
                }

                (source, target) = (source - index[axis] * sourceStrides[axis], target - index[axis] * targetStrides[axis]);
                index[axis] = 0;
            }

            if (axis < 0)
            {
                yield break;
            }
        }
    }

    private static Int128 CommonVolume(TensorSlice a, TensorSlice b)
    {
        Int128 volume = 1;
        for (int axis = 0; axis < a.Rank; axis++)
        {
            volume *= CommonLength(a, b, axis);
        }

        return volume;
    }

    private static long CommonLength(TensorSlice a, TensorSlice b, int axis) =>
        Math.Max(0, Math.Min(a.Start(axis) + a.Length(axis), b.Start(axis) + b.Length(axis)) - Math.Max(a.Start(axis), b.Start(axis)));

    // A sweep along the dimension in which the slices start at the most places: only slices that are open there can meet.
    private static bool Overlap(IReadOnlyList<TensorSlice> stored, List<int> chosen)
    {
        if (chosen.Count < 2)
        {
            return false;
        }

        int along = Enumerable.Range(0, stored[chosen[0]].Rank).MaxBy(axis => chosen.Select(i => stored[i].Start(axis)).Distinct().Count());
        List<TensorSlice> open = [];
        foreach (TensorSlice next in chosen.Select(i => stored[i]).OrderBy(slice => slice.Start(along)))
        {
            open.RemoveAll(slice => slice.Start(along) + slice.Length(along) <= next.Start(along));
            if (open.Exists(slice => CommonVolume(slice, next) > 0))
            {
                return true;
            }

            open.Add(next);
        }

        return false;
    }
}

/// <summary>Elements that stand side by side in a stored and in a wanted slice.</summary>
/// <param name="Source">The first one's place in the stored slice.</param>
/// <param name="Target">The first one's place in the wanted slice.</param>
/// <param name="Count">How many they are.</param>
internal readonly record struct SliceRun(long Source, long Target, long Count);
