namespace ModelSessions.Graphs.Ops;

/// <summary>Sparse tensors as three serialised tensors (indices, values, shape), and back.</summary>
internal static class SparseSerializeOps
{
    private const int Parts = 3;

    public static void Define(OpTable ops)
    {
        ops.Define("DeserializeManySparse", DeserializeMany);
        ops.Define("DeserializeSparse", Deserialize);
        ops.Define("SerializeManySparse", c => Serialize(c, [-1, Parts]));
        ops.Define("SerializeSparse", c => Serialize(c, [Parts]));
    }

    private static void Serialize(ShapeContext c, Shape result)
    {
        c.Input(0, 2);
        c.Input(1, 1);
        c.Input(2, 1);
        c.Outputs(result);
    }

    private static void DeserializeMany(ShapeContext c)
    {
        c.MergeSize(c.Input(0, 2)[1], Parts);
        GiveSparse(c);
    }

    private static void Deserialize(ShapeContext c)
    {
        Shape shape = c.InputAtLeast(0, 1);
        if (shape.HasRank)
        {
            c.MergeSize(shape[-1], Parts);
        }

        GiveSparse(c);
    }

    private static void GiveSparse(ShapeContext c)
    {
        c.Output(0, Shape.OfRank(2));
        c.Output(1, Shape.OfRank(1));
        c.Output(2, Shape.OfRank(1));
    }
}
