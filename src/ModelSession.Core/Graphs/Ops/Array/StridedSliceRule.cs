namespace ModelSessions.Graphs.Ops;

/// <summary>What StridedSlice's masks mean for shapes and values.</summary>
internal static class StridedSliceRule
{
    public static void Shape(ShapeContext c)
    {
        ModelSessions.Shape input = c.Input(0);
        c.Merge(c.Merge(c.Input(1), c.Input(2)), c.Input(3));
        int spec = SpecLength(c);
        if (!input.HasRank || spec < 0)
        {
            return;
        }

        List<long> sizes = [];
        int axis = 0;
        foreach (Entry entry in Entries(c, spec, input.Rank))
        {
            if (entry.IsNew)
            {
                sizes.Add(1);
                continue;
            }

            if (axis >= input.Rank)
            {
                // TensorFlow looks at the rest only where it knows the strides.
                if (c.Value(3) is null)
                {
                    return;
                }

                throw c.Error($"it slices more dimensions than {input} has.");
            }

            CheckShrink(c, entry, input[axis], axis);
            if (!entry.IsShrink)
            {
                sizes.Add(Size(c, entry, input[axis]));
            }

            axis++;
        }

        c.Output(0, new ModelSessions.Shape([.. sizes]));
    }

    /// <summary>A slice of a vector whose items are known in part.</summary>
    public static void Value(ShapeContext c)
    {
        if (c.Value(0) is not { IsVector: true } value || SpecLength(c) != 1)
        {
            return;
        }

        Entry entry = Entries(c, 1, 1).First();
        if (entry.IsNew || entry.Stride is 0 or PartialValue.Unknown || entry.Begin == PartialValue.Unknown || (entry.End == PartialValue.Unknown && !entry.IsShrink))
        {
            return;
        }

        long count = value.Items.Count;
        if (entry.IsShrink)
        {
            long at = entry.Begin < 0 ? entry.Begin + count : entry.Begin;
            c.SetValue(0, at >= 0 && at < count ? PartialValue.Scalar(value.Items[(int)at]) : null);
            return;
        }

        (long begin, long end) = Clamp(entry, count);
        List<long> items = [];
        for (long i = begin; entry.Stride > 0 ? i < end : i > end; i += entry.Stride)
        {
            items.Add(value.Items[(int)i]);
        }

        c.SetValue(0, PartialValue.Vector([.. items]));
    }

    private static int SpecLength(ShapeContext c)
    {
        long length = c.Value(1)?.Items.Count ?? (c.Input(1) is { Rank: 1 } vector ? vector[0] : -1);
        return length is >= 0 and <= 64 ? (int)length : -1;
    }

    // One entry for each dimension of the input or new dimension; the ellipsis and what is left out are whole dimensions.
    private static IEnumerable<Entry> Entries(ShapeContext c, int spec, int rank)
    {
        long ellipsis = c.Int("ellipsis_mask"), added = c.Int("new_axis_mask"), shrink = c.Int("shrink_axis_mask");
        long beginMask = c.Int("begin_mask"), endMask = c.Int("end_mask");
        bool hasEllipsis = ellipsis != 0 && ellipsis < 1L << spec;
        int taken = 0;
        for (int i = 0; i < spec; i++)
        {
            taken += (ellipsis >> i & 1) == 1 || (added >> i & 1) == 1 ? 0 : 1;
        }

        for (int i = 0; i < spec; i++)
        {
            if ((ellipsis >> i & 1) == 1)
            {
                for (int k = taken; k < rank; k++)
                {
                    yield return Entry.Whole;
                }
            }
            else if ((added >> i & 1) == 1)
            {
                yield return Entry.New;
            }
            else
            {
                yield return new Entry(
                    Item(c, 1, i), Item(c, 2, i), Item(c, 3, i),
                    (beginMask >> i & 1) == 1, (endMask >> i & 1) == 1, (shrink >> i & 1) == 1, false);
            }
        }

        for (int k = taken; !hasEllipsis && k < rank; k++)
        {
            yield return Entry.Whole;
        }
    }

    private static long Item(ShapeContext c, int input, int at) =>
        c.Value(input) is { } value && at < value.Items.Count ? value.Items[at] : PartialValue.Unknown;

    private static long Size(ShapeContext c, Entry entry, long size)
    {
        bool whole = entry.OpenBegin && entry.OpenEnd && entry.Stride is 1 or -1;
        if (whole)
        {
            return size;
        }

        bool known = entry.Stride != PartialValue.Unknown
            && (entry.OpenBegin || entry.Begin != PartialValue.Unknown)
            && (entry.OpenEnd || entry.End != PartialValue.Unknown);
        if (!known)
        {
            return -1;
        }

        if (size < 0)
        {
            return SizeOfUnknown(entry);
        }

        (long begin, long end) = Clamp(entry, size);
        long step = Math.Abs(entry.Stride), length = entry.Stride > 0 ? end - begin : begin - end;
        return length <= 0 ? 0 : (length + step - 1) / step;
    }

    private static void CheckShrink(ShapeContext c, Entry entry, long size, int axis)
    {
        if (entry.Stride == 0)
        {
            throw c.Error("a stride must not be 0.");
        }

        if (entry.IsShrink && entry.Stride <= 0 && entry.Stride != PartialValue.Unknown)
        {
            throw c.Error($"dimension {axis} is taken away; only a stride of 1 goes with that, not {entry.Stride}.");
        }

        if (entry.IsShrink && entry.Begin != PartialValue.Unknown && !entry.OpenBegin && size >= 0 && (entry.Begin < -size || entry.Begin >= size))
        {
            throw c.Error($"there is no place {entry.Begin} in dimension {axis} of size {size}.");
        }
    }

    // The same sign on both sides fixes the length only if nothing is clamped, which an unknown size does not tell.
    private static long SizeOfUnknown(Entry entry)
    {
        bool empty = !entry.OpenBegin && !entry.OpenEnd && entry.Begin >= 0 == entry.End >= 0
            && (entry.Stride > 0 ? entry.End <= entry.Begin : entry.End >= entry.Begin);
        return empty ? 0 : -1;
    }

    private static (long Begin, long End) Clamp(Entry entry, long size)
    {
        bool forward = entry.Stride > 0;
        long low = forward ? 0 : -1, high = forward ? size : size - 1;
        long begin = entry.OpenBegin ? (forward ? low : high) : Math.Clamp(entry.Begin < 0 ? entry.Begin + size : entry.Begin, low, high);
        long end = entry.OpenEnd ? (forward ? high : low) : Math.Clamp(entry.End < 0 ? entry.End + size : entry.End, low, high);
        return (begin, end);
    }

    private readonly record struct Entry(long Begin, long End, long Stride, bool OpenBegin, bool OpenEnd, bool IsShrink, bool IsNew)
    {
        public static Entry Whole { get; } = new(0, 0, 1, true, true, false, false);

        public static Entry New { get; } = new(0, 0, 1, false, false, false, true);
    }
}
