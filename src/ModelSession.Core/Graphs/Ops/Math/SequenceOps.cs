namespace ModelSessions.Graphs.Ops;

/// <summary>Numbers in a row.</summary>
internal static class SequenceOps
{
    public static void Define(OpTable ops)
    {
        ops.DefineStop("LinSpace", c => c.Output(0, c.TryScalar(2, out long count) && count >= 0 ? [count] : Shape.OfRank(1)));
        ops.DefineStop("Range", RangeShape, RangeValue);
    }

    private static void RangeShape(ShapeContext c)
    {
        bool known = c.TryScalar(0, out long start) & c.TryScalar(1, out long limit) & c.TryScalar(2, out long delta);
        if (!known)
        {
            c.Output(0, Shape.OfRank(1));
            return;
        }

        if (delta == 0 || (delta > 0 && start > limit) || (delta < 0 && start < limit))
        {
            throw c.Error($"there are no numbers from {start} to {limit} in steps of {delta}.");
        }

        c.Output(0, [(Math.Abs(limit - start) + Math.Abs(delta) - 1) / Math.Abs(delta)]);
    }

    private static void RangeValue(ShapeContext c)
    {
        Shape shape = c.Operation.Outputs[0].Shape;
        if (!shape.IsFullyDefined || shape[0] > PartialValue.MaxLength)
        {
            return;
        }

        c.TryScalar(0, out long start);
        c.TryScalar(2, out long delta);
        c.SetValue(0, PartialValue.Vector([.. Enumerable.Range(0, (int)shape[0]).Select(i => start + i * delta)]));
    }
}
